using System.CommandLine;
using Sluice.Bench;

var port = new Option<int>("--port") { Description = "Port on loopback; 0 picks a free one" };
var prospects = new Option<int>("--prospects") { Description = "How many prospects are in the listing that it answers", DefaultValueFactory = _ => 1 };
var gate = new Option<bool>("--gate") { Description = "Add Sluice's request id, credentials and limits" };
var answer = new Option<string?>("--answer") { Description = "A file with the bytes to answer: it then makes no listing, and no key" };
var twin = new Command("twin", "A bare server that answers the bytes of one listing from memory.") { port, prospects, gate, answer };
twin.SetAction((given, ct) => given.GetValue(answer) is { } file
    ? Twin.RunAsync(given.GetValue(port), file, ct)
    : Twin.RunAsync(given.GetValue(port), given.GetValue(prospects), given.GetValue(gate), ct));

var database = new Option<string>("--database") { Description = "A database, filled by `sluice seed load` unless a command says otherwise", Required = true };
var seconds = new Option<int>("--seconds") { Description = "How long to run", DefaultValueFactory = _ => 5 };
var each = new Option<int>("--each") { Description = "How many flow instances a call unassigns", DefaultValueFactory = _ => 1 };
var callers = new Option<int>("--callers") { Description = "How many call at once", DefaultValueFactory = _ => 32 };
var own = new Command("own-transactions", "Unassigns flow instances, each call in its own transaction: the comparison for group commit.") { database, seconds, each, callers };
own.SetAction((given, ct) => OwnTransactions.RunAsync(given.GetRequiredValue(database), TimeSpan.FromSeconds(given.GetValue(seconds)), given.GetValue(each), given.GetValue(callers), ct));

var removed = new Command("removed", "Prints how many flow instances have been removed.") { database };
removed.SetAction((given, ct) => SeededInstances.PrintRemovedAsync(given.GetRequiredValue(database), ct));

var statement = new Command("statement", "Prints the SQL statement that lists flow instances on PostgreSQL.");
statement.SetAction(_ => Statements.PrintList());

var removal = new Command("removal", "Removes one flow instance on PostgreSQL and prints the statements sent for it, as a script for pgbench.") { database };
removal.SetAction((given, ct) => Removal.PrintAsync(given.GetRequiredValue(database), ct));

var nodes = new Option<int>("--nodes") { Description = "How many engines share the database", DefaultValueFactory = _ => 1 };
var due = new Command("due-steps", "Measures the engine's rate and that of a bare claim loop. Changes the database.") { database, nodes };
due.SetAction((given, ct) => DueSteps.RunAsync(given.GetRequiredValue(database), given.GetValue(nodes), ct));

var mail = new Command("due-mail", "Measures the rate of due mail, of held mail, and of steps that make a task. Changes the database.") { database };
mail.SetAction((given, ct) => DueMail.RunAsync(given.GetRequiredValue(database), ct));

var flow = new Option<long>("--flow") { Description = "A flow in which nobody is", Required = true };
var bareAssign = new Command("bare-assign", "Inserts the rows of assignments in a bare loop: the comparison for bench/load/assign.") { database, flow, seconds };
bareAssign.SetAction((given, ct) => BareAssign.RunAsync(given.GetRequiredValue(database), given.GetRequiredValue(flow), TimeSpan.FromSeconds(given.GetValue(seconds)), ct));

var people = new Option<int>("--people") { Description = "How many people are in the flow", DefaultValueFactory = _ => 1000 };
var forward = new Command("forward", "Measures `clock advance 30d` with one sender. Needs an empty database.") { database, people };
forward.SetAction((given, ct) => Forward.RunAsync(given.GetRequiredValue(database), given.GetValue(people), ct));

var known = new Option<int>("--known") { Description = "How many contacts a first pass writes", Required = true };
var lines = new Option<int>("--lines") { Description = "How many contacts the second pass writes, those of the first among them", Required = true };
var upserts = new Command("upserts", "Upserts the rows of an upload in a bare loop: the comparison for bench/load/upload. Needs an empty database.") { database, known, lines };
upserts.SetAction((given, ct) => Upserts.RunAsync(given.GetRequiredValue(database), given.GetValue(known), given.GetValue(lines), ct));

var url = new Option<string>("--url") { Description = "Where the server listens", Required = true };
var large = new Option<string>("--large-key") { Description = "Id:secret of the key of a company that `sluice seed load` made", Required = true };
var single = new Option<string>("--single-key") { Description = "Id:secret of the key of another company", Required = true };
var pid = new Option<int>("--pid") { Description = "The server's process", Required = true };
var metrics = new Option<string>("--metrics") { Description = "Address of the server's metrics", Required = true };
var fairness = new Command("fairness", "Measures one company's single writes while another sends large requests.") { url, metrics, large, single, pid };
fairness.SetAction((given, ct) => Fairness.RunAsync(given.GetRequiredValue(url), given.GetRequiredValue(metrics), given.GetRequiredValue(large), given.GetRequiredValue(single), given.GetValue(pid), ct));

var key = new Option<string>("--key") { Description = "Id:secret of the server's key", Required = true };
var minutes = new Option<int>("--minutes") { Description = "How long", DefaultValueFactory = _ => 60 };
var soak = new Command("soak", "Keeps a `sluice dev` busy with a bit of everything.") { url, key, database, minutes };
soak.SetAction((given, ct) => Soak.RunAsync(given.GetRequiredValue(url), given.GetRequiredValue(key), given.GetRequiredValue(database), given.GetValue(minutes), ct));

return await new RootCommand("The comparisons that Sluice is measured against. bench/load/run starts them; see bench/README.md.") { twin, own, removed, statement, removal, due, mail, bareAssign, forward, upserts, fairness, soak }
    .Parse(args).InvokeAsync();
