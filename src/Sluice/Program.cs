using Sluice.Hosting;

var app = await Server.BuildAsync(new ServerOptions { Database = args[0], Node = 1 });
await app.RunAsync();
