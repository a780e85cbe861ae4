namespace OrleansDiffusion.Jobs;

/// <summary>Width and height of a picture, in pixels.</summary>
public readonly record struct PictureShape(int Width, int Height);

/// <summary>Which shapes a pool's jobs usually have, of late: a replica draws one picture of each before it is ready.</summary>
public sealed class UsualShapes
{
    /// <summary>So many of the latest jobs count.</summary>
    public const int MemoryCount = 64;

    /// <summary>Rarer than one in so many is not usual.</summary>
    public const int UsualEvery = 8;

    private readonly Queue<PictureShape> _latest = new(MemoryCount);

    public void Note(PictureShape shape)
    {
        if (_latest.Count == MemoryCount) _latest.Dequeue();
        _latest.Enqueue(shape);
    }

    /// <summary>The most frequent ones first; of equally frequent ones the smaller.</summary>
    /// <param name="countMax">Not more.</param>
    public IReadOnlyList<PictureShape> Most(int countMax) =>
    [
        .. _latest.GroupBy(shape => shape)
            .Where(group => group.Count() * UsualEvery >= _latest.Count)
            .OrderByDescending(group => group.Count()).ThenBy(group => (long)group.Key.Width * group.Key.Height).ThenBy(group => group.Key.Width)
            .Take(countMax)
            .Select(group => group.Key),
    ];
}
