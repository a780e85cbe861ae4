using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrleansDiffusion.Api.Requests;

/// <summary>Text out of JSON, whose escapes can spell what is no text.</summary>
internal static class JsonText
{
    /// <summary>The text, or null and why it is none.</summary>
    public static string? Read(JsonElement value, out string problem)
    {
        problem = "is not valid Unicode text: it has half of a surrogate pair.";
        if (!TryGet(value.GetString, out var text)) return null;
        problem = "must not have the character U+0000.";
        return text.Contains('\0', StringComparison.Ordinal) ? null : text;
    }

    public static string? NameOf(JsonProperty property) => TryGet(() => property.Name, out var name) ? name : null;

    /// <summary>Escapes such as \ud800 are valid JSON and invalid text; the reader says so by throwing.</summary>
    private static bool TryGet(Func<string?> read, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = read();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}
