using System.Text;

namespace OrleansDiffusion.Diffusion.Unicode;

/// <summary>
/// Unicode Normalization Form C (UAX 15), in managed code: the product runs with InvariantGlobalization, where
/// <see cref="string.Normalize()"/> returns its argument unchanged, and a prompt's ids must not depend on that.
/// </summary>
internal static class CanonicalComposition
{
    /// <summary>Below this every character is a starter and already composed.</summary>
    private const char FirstCombining = '\u0300';

    /// <summary>Precomposed Hangul syllables are arithmetic, not tables (Unicode Standard, section 3.12).</summary>
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;

    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, SyllableCount = LeadCount * VowelCount * TrailCount;

    /// <summary>NFC of any string; unpaired surrogates become U+FFFD.</summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstCombining - 1))) return text;

        var codePoints = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, codePoints);
        OrderMarks(codePoints);
        Recompose(codePoints);

        var composed = new StringBuilder(text.Length);
        foreach (var codePoint in codePoints) composed.Append(new Rune(codePoint).ToString());
        return composed.ToString();
    }

    private static void Decompose(int codePoint, List<int> into)
    {
        var syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            into.Add(LeadBase + syllable / (VowelCount * TrailCount));
            into.Add(VowelBase + syllable % (VowelCount * TrailCount) / TrailCount);
            if (syllable % TrailCount != 0) into.Add(TrailBase + syllable % TrailCount);
        }
        else if (CanonicalData.Instance.Parts(codePoint) is { } parts)
        {
            foreach (var part in parts) Decompose(part, into);
        }
        else
        {
            into.Add(codePoint);
        }
    }

    /// <summary>
    /// Canonical ordering: each run of marks sorted by class, stably. Sorting, not bubbling: a prompt of marks only is
    /// input too.
    /// </summary>
    private static void OrderMarks(List<int> codePoints)
    {
        for (var start = 0; start < codePoints.Count; start++)
        {
            if (CanonicalData.Instance.Class(codePoints[start]) == 0) continue;
            var end = start;
            while (end < codePoints.Count && CanonicalData.Instance.Class(codePoints[end]) != 0) end++;
            var ordered = codePoints.GetRange(start, end - start).OrderBy(CanonicalData.Instance.Class).ToArray();
            for (var index = start; index < end; index++) codePoints[index] = ordered[index - start];
            start = end;
        }
    }

    private static void Recompose(List<int> codePoints)
    {
        var (starter, lastClass, written) = (-1, 0, 0);
        foreach (var codePoint in codePoints.ToArray())
        {
            var combiningClass = CanonicalData.Instance.Class(codePoint);
            var blocked = starter < 0 || (written - 1 != starter && lastClass >= combiningClass);
            if (!blocked && TryPair(codePoints[starter], codePoint, out var composite))
            {
                codePoints[starter] = composite;
                continue;
            }

            if (combiningClass == 0) starter = written;
            lastClass = combiningClass;
            codePoints[written++] = codePoint;
        }

        codePoints.RemoveRange(written, codePoints.Count - written);
    }

    private static bool TryPair(int first, int second, out int composite)
    {
        var (lead, vowel, trail, syllable) = (first - LeadBase, second - VowelBase, second - TrailBase, first - SyllableBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            composite = SyllableBase + (lead * VowelCount + vowel) * TrailCount;
            return true;
        }

        if (syllable is >= 0 and < SyllableCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            composite = first + trail;
            return true;
        }

        return CanonicalData.Instance.TryCompose(first, second, out composite);
    }
}
