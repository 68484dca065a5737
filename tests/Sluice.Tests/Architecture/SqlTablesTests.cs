namespace Sluice.Tests.Architecture;

public sealed class SqlTablesTests
{
    [Theory]
    [InlineData("select a, b from users", "users")]
    [InlineData("SELECT a FROM Users", "users")]
    [InlineData("select u.a from users as u where u.b in (1, 2)", "users")]
    [InlineData("select a from users u, flows f where u.id = f.id", "users flows")]
    [InlineData("select a from users u join flows f on f.id = u.id, steps s order by a, b", "users flows steps")]
    [InlineData("select a from (users u cross join flows f)", "users flows")]
    [InlineData("select a from only users", "users")]
    [InlineData("select (select count(*) from flows) from (select 1 from (select 2 from users) a) b", "flows users")]
    [InlineData("select a from users where exists (select 1 from flows where id = 1) and b in (select c from steps)", "users flows steps")]
    [InlineData("select a from users union all select b from flows", "users flows")]
    [InlineData("select a from users u left join lateral (select b from flows f where f.id = u.id limit 1) x on true", "users flows")]
    [InlineData("select a from users u left join lateral unnest(u.names) n on true join flows f using (id, name)", "users flows")]
    [InlineData("select a from (values (1), (2)) v join users on true", "users")]
    [InlineData("select a from users left outer join flows on a = b where c = d order by e, f", "users flows")]
    public void Reads_are_found_where_a_table_can_stand(string sql, string expected) => Assert.Equal(expected, Read(sql));

    [Theory]
    [InlineData("insert into users (id, name) values (1, 'a'), (2, 'b')", "users!")]
    [InlineData("insert or ignore into users values (1)", "users!")]
    [InlineData("insert into users (id) select f.id from flows f on conflict (id) do update set name = excluded.name, b = 1 returning id, name", "users! flows")]
    [InlineData("insert into users (id) with recursive n (number) as (select 1 union all select number + 1 from n) select number from n", "users!")]
    [InlineData("update users set a = 1, b = (select 1 from flows) where c = 2", "users! flows")]
    [InlineData("update users u set a = f.a from flows f, steps s where u.id = f.id", "users! flows steps")]
    [InlineData("update or ignore users set a = 1", "users!")]
    [InlineData("delete from users where id in (select id from flows)", "users! flows")]
    [InlineData("delete from users u using flows f, steps s where u.id = f.id", "users! flows steps")]
    [InlineData("delete from users using (select id from flows) f where true", "users! flows")]
    [InlineData("merge into users u using flows f on f.id = u.id when matched then update set a = 1", "users! flows")]
    [InlineData("create table if not exists users (id bigint)", "users!")]
    [InlineData("create $unlogged table users (id bigint) $clustered; drop table flows; alter table steps add column a text", "users! flows! steps!")]
    [InlineData("copy users (id, name) from stdin (format binary)", "users!")]
    [InlineData("truncate users; truncate table flows", "users! flows!")]
    public void Writes_are_told_from_reads(string sql, string expected) => Assert.Equal(expected, Read(sql));

    [Theory]
    [InlineData("with due as (select id from users) select id from due", "users")]
    [InlineData("with a as (select 1 from users), b as materialized (select 1 from a) select 1 from b, flows", "users flows")]
    [InlineData("with gone as (delete from users returning id) update flows set a = 1 from gone", "users! flows!")]
    [InlineData("with recursive tree (id, up) as (select id, up from users union all select 1, 2 from tree join flows f on true) select 1 from tree", "users flows")]
    [InlineData("with users as (select 1 from users) select 1 from users", "users")]
    [InlineData("with a as (select 1) select 1 from a where exists (select 1 from a, users)", "users")]
    [InlineData("select 1 from (with a as (select 1) select 1 from a) x, a", "a")]
    public void The_name_of_a_cte_is_no_table_where_it_is_known(string sql, string expected) => Assert.Equal(expected, Read(sql));

    [Theory]
    [InlineData("select extract(epoch from created_at) from users", "users")]
    [InlineData("select trim(both ' ' from name), substring(name from 2 for 3) from users", "users")]
    [InlineData("select a from users where a is distinct from b and c is not distinct from d", "users")]
    [InlineData("select a from users u for update of u skip locked", "users")]
    [InlineData("select a from users for no key update", "users")]
    [InlineData("select value from json_each(@p1) asked cross join users u", "users")]
    [InlineData("select n from unnest(@a, @b) with ordinality as u(a, b, n), users", "users")]
    [InlineData("select a from @p1 x, users", "users")]
    [InlineData("select a -- from flows\nfrom users /* join steps /* on */ 1 */ where a = ' from it''s '", "users")]
    [InlineData("select a from \"Users\" u where \"from\" = 1", "Users")]
    [InlineData("select a::text from users where b = e'it\\'s' and c = $$ from flows $$", "users")]
    [InlineData("select a from main.users, public.flows, information_schema.columns", "users flows information_schema.columns")]
    [InlineData("create trigger t after update of a on users begin insert into flows values (new.id); end", "flows!")]
    [InlineData("a.id = b.id) join users u on (true", "users")]
    [InlineData("select a from changed_§ c join § d on true", "changed_§ §")]
    public void What_only_looks_like_a_table_is_left_out(string sql, string expected) => Assert.Equal(expected, Read(sql));

    [Fact]
    public void A_use_tells_where_its_name_begins() => Assert.Equal(14, Assert.Single(SqlTables.In("select a from users")).Offset);

    private static string Read(string sql) => string.Join(' ', SqlTables.In(sql).Select(use => use.IsWrite ? $"{use.Table}!" : use.Table));
}
