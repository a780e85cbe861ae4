namespace OrleansDiffusion.Weights;

/// <summary>What a fetch has learned of its origin: which files it cannot give. For one thread.</summary>
internal sealed class OriginBook
{
    /// <summary>Once may be the line's fault.</summary>
    private const int WrongCountMax = 2;

    private readonly Dictionary<string, WeightsException> _errors = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _wrong = [];

    public bool HasFailures => _errors.Count > 0;

    public bool HasFailed(Chunk chunk) => _errors.ContainsKey(chunk.File.Path);

    public WeightsException ErrorOf(Chunk chunk) => _errors[chunk.File.Path];

    /// <summary>The origin tried again as often as it does; for this fetch the file is not there.</summary>
    public string Failed(Chunk chunk, WeightsException error)
    {
        _errors[chunk.File.Path] = error;
        return error.Message;
    }

    /// <summary>The bytes came and are others.</summary>
    public string Wrong(Chunk chunk, string origin)
    {
        var message = $"{origin} gives other bytes of {chunk.File.Path} than the manifest names (chunk {chunk.Index}).";
        var count = _wrong[chunk.Number] = _wrong.GetValueOrDefault(chunk.Number) + 1;
        if (count >= WrongCountMax) _errors[chunk.File.Path] = new WeightsException(WeightsError.OriginWrong, message);
        return message;
    }
}
