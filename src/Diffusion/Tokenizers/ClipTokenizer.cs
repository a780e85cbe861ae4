namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>
/// CLIP's tokenizer (Radford et al. 2021) with the rules of its fast implementation: NFC, white space folded, lower case,
/// byte-pair encoding per word. Start and end tokens written out in a prompt are taken as such, case-sensitively.
/// Immutable; safe for several threads.
/// </summary>
public sealed class ClipTokenizer
{
    private const int UsualTokensMax = 77;

    private readonly BytePairEncoder _encoder;
    private readonly string _startToken, _endToken;
    private readonly int _startId, _endId, _padId;

    private ClipTokenizer(ClipTokenizerFiles files, int? positionsMax)
    {
        int Id(string role, string token) => files.Vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException($"The tokenizer's {role} token '{token}' is not in its vocabulary.");

        (_startToken, _endToken) = (files.StartToken, files.EndToken);
        (_startId, _endId, _padId) = (Id("start", _startToken), Id("end", _endToken), Id("padding", files.PadToken));
        _encoder = new BytePairEncoder(files.Vocabulary, files.Merges, unknownId: _endId);
        TokensMax = Math.Min(files.TokensMax ?? positionsMax ?? UsualTokensMax, positionsMax ?? int.MaxValue);
        if (TokensMax < 2) throw new InvalidDataException($"A limit of {TokensMax} tokens leaves no room for start and end.");
    }

    /// <summary>Tokens in every encoded prompt, start, end and padding included.</summary>
    public int TokensMax { get; }

    /// <summary>The largest id that a prompt can hold.</summary>
    public int LargestId => _encoder.LargestId;

    /// <param name="folder">Holds vocab.json and merges.txt, and maybe tokenizer_config.json and special_tokens_map.json.</param>
    /// <param name="positionsMax">The text encoder's own limit (max_position_embeddings), or null when unknown.</param>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is not what its name says.</exception>
    public static ClipTokenizer Load(string folder, int? positionsMax = null) => new(ClipTokenizerFiles.Read(folder), positionsMax);

    /// <summary>Any string: unpaired surrogates count as U+FFFD.</summary>
    public TokenizedPrompt Encode(string prompt)
    {
        var text = EncodeText(prompt);
        var room = TokensMax - 2;
        var kept = Math.Min(text.Count, room);

        var ids = new int[TokensMax];
        ids[0] = _startId;
        text.CopyTo(0, ids, 1, kept);
        ids[kept + 1] = _endId;
        Array.Fill(ids, _padId, kept + 2, TokensMax - kept - 2);

        var cut = kept < text.Count ? Decode(text.Skip(kept)) : null;
        return new TokenizedPrompt(ids, text.Count, room, cut);
    }

    /// <summary>The ids of the text alone: no start, end, limit or padding.</summary>
    internal List<int> EncodeText(string prompt)
    {
        var ids = new List<int>();
        for (var start = 0; start < prompt.Length;)
        {
            var (at, token, id) = NextSpecial(prompt, start);
            foreach (var word in PromptWords.Split(PromptNormalizer.Normalize(prompt[start..at]))) _encoder.Encode(word, ids);
            if (token.Length > 0) ids.Add(id);
            start = at + token.Length;
        }

        return ids;
    }

    internal string Decode(IEnumerable<int> ids) => _encoder.Decode(ids);

    private (int At, string Token, int Id) NextSpecial(string prompt, int start)
    {
        var startAt = prompt.IndexOf(_startToken, start, StringComparison.Ordinal);
        var endAt = prompt.IndexOf(_endToken, start, StringComparison.Ordinal);
        if (startAt < 0 && endAt < 0) return (prompt.Length, "", 0);
        return endAt < 0 || (startAt >= 0 && startAt < endAt) ? (startAt, _startToken, _startId) : (endAt, _endToken, _endId);
    }
}
