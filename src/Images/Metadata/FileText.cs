using System.Text;
using System.Xml;

namespace OrleansDiffusion.Images;

/// <summary>Text as every picture format can hold it.</summary>
internal static class FileText
{
    private const string Replacement = "\uFFFD";

    /// <summary>Control characters and half surrogate pairs, which neither PNG nor XMP may hold, become U+FFFD.</summary>
    /// <exception cref="ArgumentException">Longer than allowed.</exception>
    public static string Clean(string text, int charactersMax)
    {
        if (text.Length > charactersMax)
            throw new ArgumentException($"Parameters of a picture have at most {charactersMax} characters, not {text.Length}.", nameof(text));
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isAllowed = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            clean.Append(isAllowed ? rune.ToString() : Replacement);
        }

        return clean.ToString();
    }
}
