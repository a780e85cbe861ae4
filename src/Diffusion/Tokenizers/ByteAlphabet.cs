namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>
/// GPT-2's printable stand-ins for bytes: visible Latin-1 characters stand for themselves, the other 68 bytes for
/// U+0100, U+0101 and so on in order, so that vocabularies are text files without control characters.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = new char[256];
    private static readonly Dictionary<char, byte> Bytes = [];

    static ByteAlphabet()
    {
        var next = '\u0100';
        for (var value = 0; value < 256; value++)
        {
            var visible = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            Letters[value] = visible ? (char)value : next++;
            Bytes[Letters[value]] = (byte)value;
        }
    }

    public static char Letter(byte value) => Letters[value];

    /// <summary>The byte behind a letter; `?` for a letter outside the alphabet, as in the names of special tokens.</summary>
    public static byte Byte(char letter) => Bytes.GetValueOrDefault(letter, (byte)'?');
}
