namespace OrleansDiffusion.OrleansStandin.Activations;

internal enum ActivationState
{
    Activating,
    Valid,

    /// <summary>Nothing new starts; running requests finish first.</summary>
    Deactivating,

    Ended,
}
