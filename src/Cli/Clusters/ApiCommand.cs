using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Api;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Cli.Serve;
using OrleansDiffusion.Silo;
using OrleansDiffusion.Storage;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>`od api`: REST API and dashboard in front of a cluster, as many of them as one likes.</summary>
internal static class ApiCommand
{
    public static Command Create()
    {
        var (cluster, listen) = (new ClusterOptions(), new ListenOptions());
        var command = new Command("api", "Run the REST API and the dashboard in front of the silos of a cluster.");
        cluster.AddTo(command);
        listen.AddTo(command);
        command.SetGuardedAction((parse, cancellation) => Run(cluster.Read(parse), listen.Read(parse), cancellation));
        return command;
    }

    private static async Task<int> Run(MembershipOptions cluster, Listen listen, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var logs = Logs.Configure(builder.Logging);
        builder.AddDiffusionGateway(cluster);
        builder.AddDiffusionApi(options => listen.Apply(options));
        listen.Apply(builder);
        await using var app = builder.Build();
        logs.QuietWhenStopping(app);
        app.MapDiffusionApi();
        app.MapEngineDashboard().ForAdministrators();
        await listen.DemandKey(async () => (await app.Services.GetRequiredService<IKeyStore>().List(cancellation)).Count);
        await NodeStart.StartAsync(app, cancellation);
        AnsiConsole.MarkupLineInterpolated($"[green]✔[/] Dashboard and API of {cluster.ClusterId}: {app.Urls.First()}");
        await NodeStart.WaitForShutdownAsync(app, cancellation);
        return ExitCode.Ok;
    }
}
