using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using OrleansDiffusion.Api;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Silo;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Serve;

/// <summary>`od serve`: a silo, the REST API and the dashboard in one process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var listen = new ListenOptions();
        var data = new ConnectionOptions().Data;
        var command = new Command("serve", "Run a whole server here: REST API, dashboard and device, with SQLite and a data folder.") { data };
        listen.AddTo(command);
        command.SetGuardedAction((parse, cancellation) => Run(listen.Read(parse), DataFolder.Of(parse.GetValue(data)), cancellation));
        return command;
    }

    private static async Task<int> Run(Listen listen, DirectoryInfo data, CancellationToken cancellation)
    {
        if (RunningServer.Find(data) is { } other)
            throw new NodeStartException($"A server already runs on {data.FullName}: {other.Address} (process {other.ProcessId}).");
        await listen.DemandKey(() => NodeStorage.CountKeysAsync(data.FullName, cancellation));

        await using var app = Build(listen, data);
        await NodeStart.StartAsync(app, cancellation);
        await using var note = await ServerNote.LeaveAsync(app, data, cancellation);
        AnsiConsole.MarkupLineInterpolated($"[green]✔[/] Dashboard and API: {note.Address}");
        AnsiConsole.MarkupLineInterpolated($"  data: {data.FullName}, Orleans: {VersionText.Engine}. Ctrl+C stops it.");
        await NodeStart.WaitForShutdownAsync(app, cancellation);
        return ExitCode.Ok;
    }

    private static WebApplication Build(Listen listen, DirectoryInfo data)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var logs = Logs.Configure(builder.Logging);
        builder.AddDiffusionNode(LocalNode.Options(data, loadModels: true));
        builder.AddDiffusionApi(options => listen.Apply(options));
        listen.Apply(builder);
        var app = builder.Build();
        logs.QuietWhenStopping(app);
        app.MapDiffusionApi();
        app.MapEngineDashboard().ForAdministrators();
        return app;
    }
}
