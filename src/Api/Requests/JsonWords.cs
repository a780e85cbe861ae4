using System.Text.Json;

namespace OrleansDiffusion.Api.Requests;

/// <summary>JSON's kinds of values, in the words of an error message.</summary>
internal static class JsonWords
{
    public static string Of(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
