using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Users;

internal sealed class UserStore(IDbSession db)
{
    private static readonly SqlText Columns = new(
        "company_id, id, email, first_name, last_name, title, phone_number, extension, active, has_seat, time_zone, manager_id, profile, created_at, sender_address");

    public Task AddAsync(IReadOnlyList<User> users, CancellationToken ct) => db.ExecuteAsync($"""
        insert into users (company_id, id, email, email_key, first_name, last_name, title, phone_number, extension, active, has_seat,
                           time_zone, manager_id, profile, created_at, sender_address)
        select company_id, id, email, email_key, first_name, last_name, title, phone_number, extension, active, has_seat,
               time_zone, manager_id, profile, created_at, sender_address
        from {ToTable(users)} u
        """, ct);

    public Task UpdateAsync(User user, CancellationToken ct) => db.ExecuteAsync($"""
        update users
        set email = {user.Email},
            email_key = {EmailAddress.Key(user.Email)},
            first_name = {user.FirstName},
            last_name = {user.LastName},
            title = {user.Title},
            phone_number = {user.PhoneNumber},
            extension = {user.Extension},
            active = {user.Active},
            has_seat = {user.HasSeat},
            time_zone = {user.TimeZone},
            manager_id = {user.ManagerId},
            profile = {JsonSerializer.Serialize(user.Profile, UserProfileJson.Default.UserProfile)},
            sender_address = {user.SenderAddress}
        where company_id = {user.CompanyId} and id = {user.Id}
        """, ct);

    /// <summary>Finds a user by e-mail address, without regard to case. Uses the index users_email.</summary>
    public async Task<User?> FindByEmailAsync(long companyId, string email, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from users
        where company_id = {companyId} and email_key = {EmailAddress.Key(email)}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Finds the users of all companies with an address, for a sign-in. Uses the index users_email_key.</summary>
    public Task<List<User>> FindAnywhereAsync(string email, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from users
        where email_key = {EmailAddress.Key(email)}
        order by company_id
        limit {limit}
        """, Read, ct);

    /// <summary>Whether an address is a user's, or one that a user sends from. Reads all users of the company: few mails come in, and users are few.</summary>
    public async Task<bool> IsSenderAsync(long companyId, string address, CancellationToken ct) => (await db.QueryAsync($"""
        select 1
        from users
        where company_id = {companyId} and (email_key = {EmailAddress.Key(address)} or lower(sender_address) = {EmailAddress.Key(address)})
        order by id
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;

    public async Task<User?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from users
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    public Task<List<User>> FindAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from users
        where company_id = {companyId} and id {SqlTable.In(ids)}
        """, Read, ct);

    /// <summary>Finds the full names of users, by id.</summary>
    public async Task<Dictionary<long, string>> FindNamesAsync(long companyId, IEnumerable<long> ids, CancellationToken ct) =>
        (await FindAsync(companyId, [.. ids.Distinct()], ct)).ToDictionary(user => user.Id, user => user.FullName);

    /// <summary>Lists users by id, one more than a page holds, which shows whether a next page exists. Uses the primary key.</summary>
    public Task<List<User>> ListAsync(long companyId, UserFilter filter, long after, int pageSize, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from users
        where company_id = {companyId}
          and id > {after}
          and ({filter.CreatedFrom} is null or created_at >= {filter.CreatedFrom})
          and ({filter.CreatedTo} is null or created_at < {filter.CreatedTo})
          and ({filter.Ids.Count == 0} or id {SqlTable.In(filter.Ids)})
        order by id
        limit {pageSize + 1}
        """, Read, ct);

    /// <returns>Those of these ids that are nobody's, in the order of the given ids. Uses the primary key.</returns>
    public Task<List<long>> FindUnknownAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select asked.value
        from {SqlTable.Of(ids)} asked
        left join users u on u.company_id = {companyId} and u.id = asked.value
        where u.id is null
        order by asked.position
        """, row => row.GetInt64(0), ct);

    public async Task<long> CountAsync(long companyId, UserFilter filter, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from users
        where company_id = {companyId}
          and ({filter.CreatedFrom} is null or created_at >= {filter.CreatedFrom})
          and ({filter.CreatedTo} is null or created_at < {filter.CreatedTo})
          and ({filter.Ids.Count == 0} or id {SqlTable.In(filter.Ids)})
        """, row => row.GetInt64(0), ct)).Single();

    private static SqlTable<User> ToTable(IReadOnlyList<User> users) => SqlTable.Rows(users)
        .Integer("company_id", user => user.CompanyId)
        .Integer("id", user => user.Id)
        .Text("email", user => user.Email)
        .Text("email_key", user => EmailAddress.Key(user.Email))
        .Text("first_name", user => user.FirstName)
        .Text("last_name", user => user.LastName)
        .Text("title", user => user.Title)
        .Text("phone_number", user => user.PhoneNumber)
        .Text("extension", user => user.Extension)
        .Boolean("active", user => user.Active)
        .Boolean("has_seat", user => user.HasSeat)
        .Text("time_zone", user => user.TimeZone)
        .Integer("manager_id", user => user.ManagerId)
        .Text("profile", user => JsonSerializer.Serialize(user.Profile, UserProfileJson.Default.UserProfile))
        .Time("created_at", user => user.CreatedAt)
        .Text("sender_address", user => user.SenderAddress);

    private static User Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("email"),
        row.Text("first_name"),
        row.Text("last_name"),
        row.TextOrNull("title"),
        row.TextOrNull("phone_number"),
        row.TextOrNull("extension"),
        row.Flag("active"),
        row.Flag("has_seat"),
        row.Text("time_zone"),
        row.IntegerOrNull("manager_id"),
        JsonSerializer.Deserialize(row.Text("profile"), UserProfileJson.Default.UserProfile)!,
        row.Time("created_at"))
    {
        SenderAddress = row.TextOrNull("sender_address"),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UserProfile))]
internal sealed partial class UserProfileJson : JsonSerializerContext;
