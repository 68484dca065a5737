namespace Sluice.Engine.Crm;

/// <summary>The types of fields, as a schema names them [doc].</summary>
internal static class CrmFieldType
{
    public const string Date = "DATE";
    public const string DateTime = "DATETIME";
    public const string Number = "NUMBER";
    public const string Percent = "PERCENT";
    public const string Currency = "CURRENCY";
    public const string Id = "ID";
    public const string Url = "URL";
    public const string Text = "STRING";
    public const string Boolean = "BOOLEAN";
    public const string PhoneNumber = "PHONENUMBER";
    public const string EmailAddress = "EMAILADDRESS";
    public const string PickList = "PICKLIST";
    public const string Reference = "REFERENCE";
    public const string TextList = "STRINGARRAY";

    public static readonly IReadOnlyList<string> All =
        [Date, DateTime, Number, Percent, Currency, Id, Url, Text, Boolean, PhoneNumber, EmailAddress, PickList, Reference, TextList];
}
