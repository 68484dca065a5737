using System.Collections.Concurrent;
using System.Globalization;
using Sluice.Engine.Storage.Setup;
using Sluice.Failover;

// Sluice.Failover URL…: writes to these nodes until standard input ends, then compares the answers with the database that $SLUICE_DATABASE names.
// Each second it writes the number of answered calls so far to standard error. Exit code: 0 no fault, 1 otherwise.
var clock = TimeProvider.System;
await using var db = OpenDatabase.At(Environment.GetEnvironmentVariable("SLUICE_DATABASE")!);
var company = await FailoverCompany.SeedAsync(db, clock);
var open = new ConcurrentQueue<long>();
var writers = Enumerable.Range(0, 4).Select(i => new Writer(company, [.. args.Select(url => new Uri(url))], open, clock, i)).ToList();
using var stopping = new CancellationTokenSource();
var start = clock.GetTimestamp();
var writing = Task.WhenAll(writers.Select(writer => Task.Run(() => writer.RunAsync(stopping.Token))));
var telling = TellAsync();
while (await Console.In.ReadLineAsync() is not null)
{
}

await stopping.CancelAsync();
await Task.WhenAll(writing, telling);

// A new connection pool: what the old one knows of the cluster members is out of date. Reading everything takes longer than a request may.
await using var after = OpenDatabase.At(Environment.GetEnvironmentVariable("SLUICE_DATABASE") + ";Command Timeout=120");
return Report([.. writers.SelectMany(writer => writer.History)], await StoredState.ReadAsync(after, company.CompanyId));

async Task TellAsync()
{
    while (!stopping.IsCancellationRequested)
    {
        await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), clock), writing);
        await Console.Error.WriteLineAsync(writers.Sum(writer => writer.Answered).ToString(CultureInfo.InvariantCulture));
    }
}

int Report(List<Operation> history, StoredState stored)
{
    var answered = history.Where(one => one.IsAnswered).OrderBy(one => one.End).ToList();
    var outages = answered.Zip(answered.Skip(1), (one, next) => clock.GetElapsedTime(one.End, next.End))
        .Where(gap => gap > TimeSpan.FromSeconds(1)).Select(gap => gap.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)).ToList();
    var faults = new HistoryCheck(history, stored).Faults();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
        seconds of writing           {clock.GetElapsedTime(start).TotalSeconds:0}
        calls answered               {answered.Count}
        instances reported assigned  {answered.Sum(one => one.Entered.Count)}
        instances reported removed   {answered.Sum(one => one.Removed.Count)}
        answered with 500            {history.Count(one => one is { IsAnswered: false, RequestId: not null })}
        cut off                      {history.Count(one => one.RequestId is null)}
        instances stored             {stored.Instances.Count}
        write outages over a second  {string.Join(", ", outages)}
        longest write outage         {outages.Select(gap => double.Parse(gap, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max():0.0} s
        """));
    foreach (var kind in faults.GroupBy(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)]))
    {
        Console.WriteLine($"{kind.Key}: {kind.Count()}, such as\n  {string.Join("\n  ", kind.Take(3))}");
    }

    Console.WriteLine(faults.Count == 0 ? "CLEAN: everything that was answered is stored, and nothing was done twice" : $"BROKEN: {faults.Count} faults");
    return faults.Count == 0 && answered.Count > 0 ? 0 : 1;
}
