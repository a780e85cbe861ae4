namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>Long expected JSON, written over several lines.</summary>
internal static class OneLine
{
    public static string Of(string lines) => string.Concat(lines.Split('\n').Select(line => line.Trim()));
}
