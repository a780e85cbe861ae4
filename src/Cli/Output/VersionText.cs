using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace OrleansDiffusion.Cli.Output;

/// <summary>`od --version`: the version, and which engine and runtime this build uses.</summary>
internal static class VersionText
{
    public static string Version { get; } =
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static string Engine { get; } = Metadata("OrleansEngine");

    /// <summary>This build's engine is the stand-in, which cannot join processes into a cluster.</summary>
    public static bool IsStandIn { get; } = Engine.StartsWith("stand-in", StringComparison.Ordinal);

    public static string Runtime { get; } = Metadata("OnnxRuntime");

    public static void ReplaceIn(RootCommand root)
    {
        var option = root.Options.OfType<VersionOption>().Single();
        option.Action = new PrintAction();
    }

    private static string Metadata(string key) =>
        typeof(VersionText).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private sealed class PrintAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"od {Version}\nOrleans: {Engine}\nONNX Runtime: {Runtime}");
            return ExitCode.Ok;
        }
    }
}
