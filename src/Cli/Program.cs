using System.CommandLine;
using OrleansDiffusion.Cli.Benchmarks;
using OrleansDiffusion.Cli.Chaos;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Cli.Generate;
using OrleansDiffusion.Cli.JobList;
using OrleansDiffusion.Cli.Keys;
using OrleansDiffusion.Cli.Models;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Cli.Serve;
using OrleansDiffusion.Cli.Simulate;
using OrleansDiffusion.Cli.Weights;

var root = new RootCommand(
    """
    Self-hosted image generation that behaves like one machine.

    A first picture:       od generate "a red apple" -o apple.png
    A server with a page:  od serve
    What it can draw with: od models list

    Commands work on the data folder (--data, else $OD_DATA) in this process, or through a server that runs on it;
    --server URL sends them to any other server.
    """)
{
    GenerateCommand.Create(),
    ServeCommand.Create(),
    ModelsCommand.Create(),
    JobsCommand.Create(),
    KeysCommand.Create(),
    SiloCommand.Create(),
    ApiCommand.Create(),
    ClusterCommand.Create(),
    DbCommand.Create(),
    WeightsCommand.Create(),
    BenchCommand.Create(),
    ChaosCommand.Create(),
    SimulateCommand.Create(),
    ScriptCommands.Setup(),
    ScriptCommands.Test(),
};
VersionText.ReplaceIn(root);
Terminal.Prepare();

return await root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = Guard.StopPatience, // By default two seconds: too short for a node to leave in order.
});
