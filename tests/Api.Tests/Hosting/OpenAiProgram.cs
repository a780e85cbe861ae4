using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>OpenAI's own client for JavaScript, in a process of its own.</summary>
internal static class OpenAiProgram
{
    private static readonly string Folder = typeof(OpenAiProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "OpenAiFolder").Value!;

    private static readonly string[] ThrownFields = ["name", "status", "code", "param", "type", "message"];

    /// <summary>Calls as the client's own API spells it: "generate" with {"prompt": ...}, "models", "model".</summary>
    public static async Task<JsonElement> CallAsync(Uri server, string call, object? parameters = null, string? apiKey = null, int maxRetries = 0)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["call.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.StandardInput.WriteAsync(JsonSerializer.Serialize(
                new { baseURL = new Uri(server, "v1").ToString(), apiKey, call, @params = parameters, maxRetries }));
            node.StandardInput.Close();
            var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.True(output.Length > 0, await errors);
            return JsonDocument.Parse(output).RootElement;
        }
        finally
        {
            if (!node.HasExited) node.Kill(entireProcessTree: true);
        }
    }

    /// <summary>"name status code param type message" of what the client threw.</summary>
    public static string Thrown(JsonElement result)
    {
        var thrown = result.GetProperty("thrown");
        return string.Join(" | ", ThrownFields.Select(
            name => thrown.TryGetProperty(name, out var value) ? value.ToString() is { Length: > 0 } text ? text : "null" : "undefined"));
    }
}
