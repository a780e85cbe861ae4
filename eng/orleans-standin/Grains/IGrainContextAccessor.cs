namespace Orleans.Runtime;

public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn this is, or the silo's own context outside of turns.</summary>
    IGrainContext GrainContext { get; }
}
