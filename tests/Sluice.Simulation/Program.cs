return await Sluice.Simulation.SimulateCommand.RunAsync(args);
