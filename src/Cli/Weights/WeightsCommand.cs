using System.CommandLine;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Silo;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Weights;

/// <summary>`od weights`: looks into a silo's cache of weights while the silo is not running.</summary>
internal static class WeightsCommand
{
    private const int DigestDigits = 12;

    public static Command Create()
    {
        var command = new Command("weights", "Look into the weights cache of a silo that is not running (od silo --weights-cache).");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Verify());
        return command;
    }

    private static Command List()
    {
        var folder = FolderArgument();
        var command = new Command("list", "Show what is in it, the latest used first.") { folder };
        command.SetGuardedAction(async (parse, _) =>
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("Import", "Manifest", "Size", "Here", "Last used");
            foreach (var entry in await ClosedCache.List(parse.GetRequiredValue(folder).FullName, TimeProvider.System))
            {
                table.AddRow(
                    entry.Import ?? "-", entry.Digest[..DigestDigits], Bytes.Text(entry.Bytes),
                    entry.HereBytes == entry.Bytes ? "all" : Bytes.Text(entry.HereBytes), $"{entry.LastUsed:u}");
            }

            AnsiConsole.Write(table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = FolderArgument();
        var command = new Command("verify", "Hash everything in it again. What is wrong is fetched anew by the silo when it needs it; the exit code is 1.") { folder };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            var rotten = await ClosedCache.Verify(parse.GetRequiredValue(folder).FullName, TimeProvider.System, cancellation);
            foreach (var chunk in rotten) Console.WriteLine($"chunk {chunk.Index} of {chunk.FileSha256} is wrong");
            Console.WriteLine(rotten.Count == 0 ? "Every chunk is as it should be." : $"{rotten.Count} chunks were wrong; they count as missing now.");
            return rotten.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static Argument<DirectoryInfo> FolderArgument() => new("FOLDER") { Description = "The cache: what the silo is given as --weights-cache." };
}
