namespace Orleans.Runtime;

/// <summary>A timer whose callback runs as a turn of the grain; disposing it cancels the callback's token.</summary>
public interface IGrainTimer : IDisposable
{
    void Change(TimeSpan dueTime, TimeSpan period);
}
