using System.Globalization;
using System.Text;

namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>
/// Splits normalized text the way CLIP's regular expression does:
/// <c>'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>. Written out, because .NET's \p classes see UTF-16 units
/// and would cut letters outside the basic plane in two.
/// </summary>
internal static class PromptWords
{
    private static readonly string[] Contractions = ["s", "t", "re", "ve", "m", "ll", "d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    public static IEnumerable<string> Split(IReadOnlyList<Rune> text)
    {
        for (var start = 0; start < text.Count;)
        {
            var kind = KindOf(text[start]);
            var length = kind switch
            {
                Kind.Space or Kind.Number => 1,
                Kind.Other when ContractionAt(text, start) is > 0 and var letters => 1 + letters,
                _ => RunLength(text, start, kind),
            };
            if (kind != Kind.Space) yield return Join(text, start, length);
            start += length;
        }
    }

    private static int ContractionAt(IReadOnlyList<Rune> text, int start)
    {
        if (text[start].Value != '\'') return 0;
        foreach (var letters in Contractions)
        {
            if (start + letters.Length >= text.Count) continue;
            var matches = true;
            for (var index = 0; index < letters.Length; index++) matches &= text[start + 1 + index].Value == letters[index];
            if (matches) return letters.Length;
        }

        return 0;
    }

    private static int RunLength(IReadOnlyList<Rune> text, int start, Kind kind)
    {
        var end = start + 1;
        while (end < text.Count && KindOf(text[end]) == kind) end++;
        return end - start;
    }

    private static Kind KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
        _ => Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Other,
    };

    private static string Join(IReadOnlyList<Rune> text, int start, int length)
    {
        var word = new StringBuilder(length);
        for (var index = start; index < start + length; index++) word.Append(text[index].ToString());
        return word.ToString();
    }
}
