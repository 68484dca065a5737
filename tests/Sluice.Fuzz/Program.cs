return await Sluice.Fuzz.FuzzCommand.RunAsync(args);
