using System.Text;
using System.Text.Json;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` stand bare where JSON knows no such numbers.</summary>
public static class PythonJson
{
    private static readonly string[] BareNumbers = ["-Infinity", "Infinity", "NaN"];

    /// <summary>Bare numbers become strings of the same spelling; see <see cref="Number"/>.</summary>
    /// <exception cref="JsonException">Not JSON otherwise either.</exception>
    public static JsonDocument Parse(string text) => JsonDocument.Parse(Quote(text));

    /// <exception cref="FormatException">Neither a number nor one of the three spellings.</exception>
    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.ValueEquals("-Infinity") => double.NegativeInfinity,
        JsonValueKind.String when value.ValueEquals("Infinity") => double.PositiveInfinity,
        JsonValueKind.String when value.ValueEquals("NaN") => double.NaN,
        _ => throw new FormatException($"{value} is not a number."),
    };

    private static string Quote(string text)
    {
        if (!BareNumbers.Any(text.Contains)) return text;
        var quoted = new StringBuilder(text.Length + 16);
        var insideString = false;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '"') insideString = !insideString;
            if (insideString && text[index] == '\\')
            {
                quoted.Append(text, index, Math.Min(2, text.Length - index));
                index++;
            }
            else if (!insideString && BareNumberAt(text, index) is { } number)
            {
                quoted.Append('"').Append(number).Append('"');
                index += number.Length - 1;
            }
            else
            {
                quoted.Append(text[index]);
            }
        }

        return quoted.ToString();
    }

    private static string? BareNumberAt(string text, int index) =>
        Array.Find(BareNumbers, number => string.CompareOrdinal(text, index, number, 0, number.Length) == 0);
}
