using System.Text;

namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al. 2016; byte alphabet of GPT-2, word end mark of CLIP).
/// Immutable after construction.
/// </summary>
internal sealed class BytePairEncoder
{
    private const string WordEnd = "</w>";
    private const int Missing = -1;

    private readonly int[] _byteIds = new int[256], _lastByteIds = new int[256];
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];
    private readonly string[] _tokens;
    private readonly int _unknownId;

    /// <param name="vocabulary">Token text, in the byte alphabet, to id.</param>
    /// <param name="merges">Pairs in order of rank.</param>
    /// <param name="unknownId">What a byte becomes that the vocabulary lacks.</param>
    public BytePairEncoder(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges, int unknownId)
    {
        _unknownId = unknownId;
        _tokens = new string[vocabulary.Values.Max() + 1];
        foreach (var (token, id) in vocabulary) _tokens[id] = token;
        for (var value = 0; value < 256; value++)
        {
            _byteIds[value] = vocabulary.GetValueOrDefault($"{ByteAlphabet.Letter((byte)value)}", Missing);
            _lastByteIds[value] = vocabulary.GetValueOrDefault(ByteAlphabet.Letter((byte)value) + WordEnd, Missing);
        }

        var rank = 0;
        foreach (var (left, right) in merges)
        {
            var known = vocabulary.TryGetValue(left, out var leftId) & vocabulary.TryGetValue(right, out var rightId)
                & vocabulary.TryGetValue(left + right, out var mergedId);
            if (known) _merges.TryAdd((leftId, rightId), (rank, mergedId));
            rank++;
        }
    }

    public int LargestId => _tokens.Length - 1;

    /// <summary>Appends the ids of one word. O(n log n) in its bytes: a prompt may be one very long word.</summary>
    public void Encode(string word, List<int> ids)
    {
        var symbols = Symbols(word);
        var candidates = new PriorityQueue<Candidate, (int Rank, int Position)>();
        for (var position = 0; position + 1 < symbols.Length; position++) Propose(symbols, position, candidates);

        while (candidates.TryDequeue(out var merge, out _))
        {
            ref var left = ref symbols[merge.Position];
            var stale = left.Id != merge.Left || left.Next == Missing || symbols[left.Next].Id != merge.Right;
            if (stale) continue;

            ref var right = ref symbols[left.Next];
            (left.Id, left.Next, right.Id) = (merge.Merged, right.Next, Missing);
            if (left.Next != Missing)
            {
                symbols[left.Next].Previous = merge.Position;
                Propose(symbols, merge.Position, candidates);
            }

            if (left.Previous != Missing) Propose(symbols, left.Previous, candidates);
        }

        for (var position = 0; position != Missing; position = symbols[position].Next)
        {
            ids.Add(symbols[position].Id == Missing ? _unknownId : symbols[position].Id);
        }
    }

    /// <summary>The text behind ids, for showing which words a limit cut off.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            var token = _tokens[id];
            var endsWord = token.EndsWith(WordEnd, StringComparison.Ordinal);
            foreach (var letter in endsWord ? token[..^WordEnd.Length] : token) bytes.Add(ByteAlphabet.Byte(letter));
            if (endsWord) bytes.Add((byte)' ');
        }

        return Encoding.UTF8.GetString([.. bytes]).TrimEnd();
    }

    private Symbol[] Symbols(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var symbols = new Symbol[bytes.Length];
        for (var index = 0; index < bytes.Length; index++)
        {
            var last = index == bytes.Length - 1;
            symbols[index] = new Symbol
            {
                Id = last ? _lastByteIds[bytes[index]] : _byteIds[bytes[index]],
                Previous = index - 1,
                Next = last ? Missing : index + 1,
            };
        }

        return symbols;
    }

    private void Propose(Symbol[] symbols, int position, PriorityQueue<Candidate, (int Rank, int Position)> candidates)
    {
        var (left, right) = (symbols[position].Id, symbols[symbols[position].Next].Id);
        if (_merges.TryGetValue((left, right), out var merge))
        {
            candidates.Enqueue(new Candidate(position, left, right, merge.Id), (merge.Rank, position));
        }
    }

    private struct Symbol
    {
        public int Id, Previous, Next;
    }

    private readonly record struct Candidate(int Position, int Left, int Right, int Merged);
}
