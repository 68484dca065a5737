namespace Sluice.Engine.Crm;

/// <summary>The object types of /v2 [doc].</summary>
internal static class CrmObjectType
{
    public const string Account = "ACCOUNT";
    public const string Contact = "CONTACT";
    public const string Deal = "DEAL";
    public const string Lead = "LEAD";

    /// <summary>A user of the CRM, who stands for the user of this server with the same address.</summary>
    public const string BusinessUser = "BUSINESS_USER";

    /// <summary>A stage of deals.</summary>
    public const string Stage = "STAGE";

    public static readonly IReadOnlyList<string> All = [Account, Contact, Deal, Lead, BusinessUser, Stage];

    /// <summary>The types that may have fields of a schema beside those that every object of the type has.</summary>
    public static readonly IReadOnlyList<string> WithSchema = [Account, Contact, Deal, Lead];

    /// <summary>Whether objects of this type are prospects: contacts and leads are.</summary>
    public static bool IsProspect(string objectType) => objectType is Contact or Lead;
}
