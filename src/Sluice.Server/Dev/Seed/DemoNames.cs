namespace Sluice.Server.Dev.Seed;

/// <summary>The names, titles and employers of the prospects. None of them exists. Some names have letters that a careless program spoils.</summary>
internal static class DemoNames
{
    public static readonly string[] First =
    [
        "Aaliyah", "Adrian", "Aisha", "Alan", "Beatriz", "Ben", "Bianca", "Caleb", "Camille", "Carlos", "Chloe", "Connor", "Dana", "Deepak", "Derek",
        "Elena", "Elijah", "Emeka", "Erin", "Farah", "Felix", "Gabriela", "Gavin", "Hugo", "Imani", "Ines", "Isaac", "Jack", "Jasmine", "Joanna",
        "José", "Julia", "Kamal", "Karen", "Kofi", "Laura", "Leon", "Linh", "Marcus", "Marta", "Meera", "Miguel", "Naomi", "Nikhil", "Noor", "Olivia",
        "Patrick", "Paula", "Quentin", "Rachel", "Rafael", "René", "Rosa", "Samir", "Shannon", "Sofía", "Stefan", "Tara", "Theo", "Tomasz", "Uma",
        "Victor", "Wendy", "Xavier", "Yara", "Yusuf", "Zoë",
    ];

    public static readonly string[] Last =
    [
        "Abbott", "Acosta", "Bauer", "Bennett", "Bergström", "Bianchi", "Brennan", "Calloway", "Castillo", "Chaudhry", "Cho", "Conway", "D'Angelo", "Dawson",
        "Delgado", "Dufour", "Eriksen", "Esposito", "Farrell", "Ferreira", "Fischer", "Fontaine", "Gallardo", "Garner", "Gupta", "Hale", "Harrington",
        "Hassan", "Herrera", "Hoang", "Hughes", "Ibarra", "Iyer", "Jansen", "Jefferson", "Kaminski", "Keller", "Kowalczyk", "Lam", "Lefèvre", "Lindqvist",
        "MacLeod", "Mbeki", "Mehta", "Mercer", "Moreau", "Müller", "Nakamura", "Navarro", "Nguyen", "Novak", "O'Brien", "Ochoa", "Osei", "Park", "Patel",
        "Pereira", "Quinn", "Reyes", "Rhodes", "Rossi", "Ruiz-Ortega", "Sandoval", "Schäfer", "Shah", "Silva", "Sinclair", "Sørensen", "Stanton", "Tanaka",
        "Thornton", "Torres", "Underwood", "Vance", "Vargas", "Wallace", "Webb", "Wójcik", "Yamada", "Zhang",
    ];

    public static readonly string[] Titles =
    [
        "VP of Operations", "Director of Fulfillment", "Warehouse Manager", "Head of Logistics", "Chief Operating Officer", "Director of Supply Chain",
        "Operations Manager", "VP of Supply Chain", "Continuous Improvement Manager", "Distribution Center Manager", "Head of Automation",
        "Procurement Manager", "Director of Facilities", "Returns Manager", "General Manager, Fulfillment", "Inventory Control Manager",
        "Industrial Engineer", "Chief Financial Officer",
    ];

    /// <summary>The area codes are real; the numbers are reserved for fiction.</summary>
    public static readonly DemoAccount[] Accounts =
    [
        new("Alder & Finch Home", "alderfinch", "America/Los_Angeles", "+1 503 555 01##"),
        new("Bayline Grocery", "bayline", "America/Los_Angeles", "+1 415 555 01##"),
        new("Blue Heron Outfitters", "blueheron", "America/Los_Angeles", "+1 206 555 01##"),
        new("Cascade Pet Supply", "cascadepet", "America/Los_Angeles", "+1 971 555 01##"),
        new("Desert Sky Apparel", "desertsky", "America/Phoenix", "+1 602 555 01##"),
        new("Foothill Beverage", "foothill", "America/Los_Angeles", "+1 916 555 01##"),
        new("Goldcrest Cosmetics", "goldcrest", "America/Los_Angeles", "+1 310 555 01##"),
        new("Silverlode Third-Party Logistics", "silverlode", "America/Los_Angeles", "+1 775 555 01##"),
        new("Bitterroot Cycles", "bitterroot", "America/Denver", "+1 406 555 01##"),
        new("Front Range Distribution", "frontrange", "America/Denver", "+1 303 555 01##"),
        new("Juniper Medical Supply", "junipermedical", "America/Denver", "+1 801 555 01##"),
        new("Sawtooth Building Products", "sawtooth", "America/Boise", "+1 208 555 01##"),
        new("Cedar Rapids Seed & Feed", "crseed", "America/Chicago", "+1 319 555 01##"),
        new("Gulf Coast Cold Storage", "gulfcold", "America/Chicago", "+1 713 555 01##"),
        new("Lakeshore Paper", "lakeshorepaper", "America/Chicago", "+1 414 555 01##"),
        new("Lonestar Parts Direct", "lonestarparts", "America/Chicago", "+1 214 555 01##"),
        new("Magnolia Furniture", "magnoliafurniture", "America/Chicago", "+1 615 555 01##"),
        new("Prairie State Books", "prairiebooks", "America/Chicago", "+1 312 555 01##"),
        new("Riverbend Industrial", "riverbend", "America/Chicago", "+1 314 555 01##"),
        new("Two Rivers Pharmacy Group", "tworivers", "America/Chicago", "+1 901 555 01##"),
        new("Buckeye Tool & Fastener", "buckeyetool", "America/New_York", "+1 614 555 01##"),
        new("Chesapeake Marine", "chesapeakemarine", "America/New_York", "+1 410 555 01##"),
        new("Dogwood Beauty", "dogwoodbeauty", "America/New_York", "+1 404 555 01##"),
        new("Granite State Footwear", "granitefootwear", "America/New_York", "+1 603 555 01##"),
        new("Great Lakes Returns", "greatlakesreturns", "America/Detroit", "+1 313 555 01##"),
        new("Hudson Valley Foods", "hudsonfoods", "America/New_York", "+1 845 555 01##"),
        new("Ironbound Electronics", "ironbound", "America/New_York", "+1 973 555 01##"),
        new("Keystone Auto Parts", "keystoneauto", "America/New_York", "+1 717 555 01##"),
        new("Palmetto Textiles", "palmettotextiles", "America/New_York", "+1 803 555 01##"),
        new("Tidewater Fulfillment", "tidewater", "America/New_York", "+1 757 555 01##"),
        new("Brückner Versand", "brueckner", "Europe/Berlin", "+49 30 23125 ###"),
        new("Hansekontor Logistik", "hansekontor", "Europe/Berlin", "+49 30 23125 ###"),
        new("Maison Vauclair", "vauclair", "Europe/Paris", "+33 1 99 00 ## ##"),
        new("Midlands Parcel", "midlandsparcel", "Europe/London", "+44 20 7946 0###"),
        new("Thistle & Rye", "thistlerye", "Europe/London", "+44 20 7946 0###"),
        new("Wexcombe Grocers", "wexcombe", "Europe/London", "+44 20 7946 0###"),
    ];
}

/// <param name="Phone"># stands for a digit that differs from person to person.</param>
internal sealed record DemoAccount(string Name, string Domain, string Zone, string Phone);
