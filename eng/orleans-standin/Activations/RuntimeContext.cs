namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>Which activation's turn runs on this thread.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static Activation? _current;

    public static Activation? Current => _current;

    public static Activation? Exchange(Activation? next)
    {
        var previous = _current;
        _current = next;
        return previous;
    }
}
