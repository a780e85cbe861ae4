using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Copying;

namespace Orleans.Runtime;

/// <summary>Named values that travel with every call made from here, to the callee and what it calls, never back.</summary>
public static class RequestContext
{
    private const string ReentrancyKey = "#call-chain";
    private static readonly AsyncLocal<Dictionary<string, object>?> Ambient = new();

    /// <summary>Calls that carry this id may enter the activations that opened a section for it; empty: none.</summary>
    public static Guid ReentrancyId
    {
        get => ReentrancyIdOf(Ambient.Value);
        set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    public static IEnumerable<string> Keys => Ambient.Value?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Ambient.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    public static object? Get(string key) => Ambient.Value?.GetValueOrDefault(key);

    public static void Set(string key, object value)
    {
        ArgumentNullException.ThrowIfNull(key);
        // A new dictionary each time: callers further up share the old one.
        Ambient.Value = new Dictionary<string, object>(Entries) { [key] = value };
    }

    public static bool Remove(string key)
    {
        if (Ambient.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var fewer = new Dictionary<string, object>(values);
        fewer.Remove(key);
        Ambient.Value = fewer.Count == 0 ? null : fewer;
        return true;
    }

    public static void Clear()
    {
        if (Ambient.Value is not null)
        {
            Ambient.Value = null;
        }
    }

    /// <summary>Lets calls that come back along this call chain into the current activation until the section is disposed.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var original = ReentrancyId;
        return new ReentrancySection(original, original == Guid.Empty ? NewId() : original);
    }

    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    private static Guid NewId() => RuntimeContext.Current?.Silo.Cluster.Driver.NewId() ?? Guid.NewGuid();

    internal static Guid ReentrancyIdOf(Dictionary<string, object>? values) =>
        values is not null && values.TryGetValue(ReentrancyKey, out var id) ? (Guid)id : Guid.Empty;

    internal static Dictionary<string, object>? Export(DeepCopier copier) =>
        Ambient.Value is { } values ? values.ToDictionary(v => v.Key, v => copier.Copy(v.Value)!) : null;

    internal static void Import(Dictionary<string, object>? values)
    {
        if (values is not null)
        {
            Ambient.Value = values;
        }
    }

    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _original;
        private readonly Guid _opened;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _original = originalReentrancyId;
            _opened = newReentrancyId;
            if (_opened != _original)
            {
                ReentrancyId = _opened;
            }

            if (_opened != Guid.Empty)
            {
                RuntimeContext.Current?.EnterReentrantSection(_opened);
            }
        }

        public void Dispose()
        {
            if (_opened != Guid.Empty)
            {
                RuntimeContext.Current?.LeaveReentrantSection(_opened);
            }

            if (_opened != _original)
            {
                ReentrancyId = _original;
            }
        }
    }
}
