namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>Which activation's turn runs on this thread.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static Activation? current;

    public static Activation? Current => current;

    public static Activation? Exchange(Activation? next)
    {
        var previous = current;
        current = next;
        return previous;
    }
}
