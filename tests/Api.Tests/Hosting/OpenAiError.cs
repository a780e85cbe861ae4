using System.Text.Json;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>OpenAI's error object: exactly these four keys, always.</summary>
internal static class OpenAiError
{
    public static void Is(Answer answer, string message, string type, string? param, string? code)
    {
        Assert.Equal(["error"], answer.Json.EnumerateObject().Select(property => property.Name));
        Is(answer.Json.GetProperty("error"), message, type, param, code);
    }

    public static void Is(JsonElement error, string message, string type, string? param, string? code)
    {
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            (message, type, param, code),
            (error.GetProperty("message").GetString(), error.GetProperty("type").GetString(),
                error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
    }
}
