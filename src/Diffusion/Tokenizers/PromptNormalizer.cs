using System.Globalization;
using System.Text;
using OrleansDiffusion.Diffusion.Unicode;

namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>What CLIP does to a prompt before splitting it: NFC, white space folded to single spaces, lower case.</summary>
internal static class PromptNormalizer
{
    private static readonly Rune CapitalSigma = new('Σ'), FinalSigma = new('ς'), CapitalDottedI = new('İ'), Space = new(' ');

    public static List<Rune> Normalize(string text)
    {
        var folded = FoldWhiteSpace(CanonicalComposition.Compose(text));
        var lowered = new List<Rune>(folded.Count);
        for (var index = 0; index < folded.Count; index++)
        {
            if (folded[index] == CapitalSigma && EndsWord(folded, index))
            {
                lowered.Add(FinalSigma);
            }
            else if (folded[index] == CapitalDottedI)
            {
                // The one letter whose full lower case has two code points; .NET's simple mapping keeps it as it is.
                lowered.Add(new Rune('i'));
                lowered.Add(new Rune('\u0307'));
            }
            else
            {
                lowered.Add(Rune.ToLowerInvariant(folded[index]));
            }
        }

        return lowered;
    }

    private static List<Rune> FoldWhiteSpace(string text)
    {
        var folded = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune)) folded.Add(rune);
            else if (folded.Count == 0 || folded[^1] != Space) folded.Add(Space);
        }

        return folded;
    }

    /// <summary>Unicode's Final_Sigma condition: a cased letter before, none after, marks and the like skipped.</summary>
    private static bool EndsWord(List<Rune> text, int index)
    {
        var before = index - 1;
        while (before >= 0 && IsCaseIgnorable(text[before])) before--;
        var after = index + 1;
        while (after < text.Count && IsCaseIgnorable(text[after])) after++;
        return before >= 0 && IsCased(text[before]) && (after == text.Count || !IsCased(text[after]));
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 'ª' or 'º';

    private static bool IsCaseIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
        or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or '·' or '‘' or '’' or '․' or '‧';
}
