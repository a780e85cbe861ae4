using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Cli.Serve;
using OrleansDiffusion.Silo;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>`od silo`: one node of a cluster, with its devices. Over HTTP it answers probes and Prometheus only.</summary>
internal static class SiloCommand
{
    private const int DefaultProbePort = 8081;

    public static Command Create()
    {
        var (cluster, silo, probes) = (new ClusterOptions(), new SiloOptionSet(), new ProbeOptionSet());
        var listen = new ListenOptions(DefaultProbePort, isForProbes: true);
        var provision = new Option<bool>(LocalSilos.Option) { Hidden = true, Description = "Start and stop further silos of an `od cluster`, as it needs them." };
        var command = new Command("silo", "Run one node of a cluster: grains and devices, with PostgreSQL behind (od db migrate) and od api in front.");
        cluster.AddTo(command);
        silo.AddTo(command);
        probes.AddTo(command);
        listen.AddTo(command);
        command.Options.Add(provision);
        command.SetGuardedAction((parse, cancellation) =>
        {
            var node = silo.Read(parse, probes.Read(parse, cluster.Read(parse)), LocalNode.DemoModel());
            return Run(node, listen.Read(parse), parse.GetValue(provision), cancellation);
        });
        return command;
    }

    private static async Task<int> Run(NodeOptions node, Listen listen, bool mayProvision, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var logs = Logs.Configure(builder.Logging);
        builder.AddDiffusionNode(node);
        builder.AddDiffusionApi();
        if (mayProvision && LocalCluster.OfThisProcess() is { } data)
        {
            builder.Services.AddSingleton<INodeProvisioner>(services => new LocalSilos(
                data, node.Cluster!.Database, node.SiloName, services.GetRequiredService<ILogger<LocalSilos>>()));
        }

        listen.Apply(builder);
        await using var app = builder.Build();
        logs.QuietWhenStopping(app);
        app.MapDiffusionProbes();
        await NodeStart.StartAsync(app, cancellation);
        AnsiConsole.MarkupLineInterpolated($"[green]✔[/] Silo {node.SiloName} of {node.Cluster!.ClusterId}; probes and metrics: {app.Urls.First()}");
        await NodeStart.WaitForShutdownAsync(app, cancellation);
        return ExitCode.Ok;
    }
}
