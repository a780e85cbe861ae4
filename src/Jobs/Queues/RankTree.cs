namespace OrleansDiffusion.Jobs;

/// <summary>Higher priority first, then the earlier deadline, then first come first served.</summary>
internal readonly record struct RankKey(int Priority, long DeadlineTicks, long Arrival) : IComparable<RankKey>
{
    public int CompareTo(RankKey other) => Priority != other.Priority
        ? other.Priority.CompareTo(Priority)
        : (DeadlineTicks, Arrival).CompareTo((other.DeadlineTicks, other.Arrival));
}

/// <summary>What a run of neighbouring entries adds up to.</summary>
/// <param name="Count">Entries.</param>
/// <param name="CostSeconds">Predicted device-seconds.</param>
/// <param name="Toll">Virtual time that they use up, in microseconds.</param>
internal readonly record struct RankSum(int Count, double CostSeconds, long Toll)
{
    public static RankSum operator +(RankSum a, RankSum b) => new(a.Count + b.Count, a.CostSeconds + b.CostSeconds, a.Toll + b.Toll);
}

/// <summary>
/// Entries in order, with the sums of everything before any of them in O(log n): a treap (Seidel and Aragon, "Randomized
/// Search Trees", 1996) whose chance is a hash of the arrival number, so that it is the same in every run.
/// </summary>
internal sealed class RankTree
{
    private Node? _root;

    public RankSum Sum => SumOf(_root);

    public QueueEntry? First
    {
        get
        {
            var node = _root;
            while (node?.Left is { } left) node = left;
            return node?.Entry;
        }
    }

    public void Add(RankKey key, QueueEntry entry, long toll)
    {
        var (before, after) = Split(_root, key);
        _root = Merge(Merge(before, new Node(key, entry, toll)), after);
    }

    public void Remove(RankKey key) => _root = Without(_root, key);

    /// <summary>The sum of everything before <paramref name="key"/>.</summary>
    public RankSum Before(RankKey key)
    {
        var sum = default(RankSum);
        for (var node = _root; node is not null;)
        {
            var isBefore = node.Key.CompareTo(key) < 0;
            if (isBefore) sum += SumOf(node.Left) + node.Own;
            node = isBefore ? node.Right : node.Left;
        }

        return sum;
    }

    /// <summary>The sum of the entries before which less than <paramref name="limit"/> of toll is used up.</summary>
    public RankSum WithTollBelow(long limit)
    {
        var sum = default(RankSum);
        for (var node = _root; node is not null;)
        {
            var isBelow = sum.Toll + SumOf(node.Left).Toll < limit;
            if (isBelow) sum += SumOf(node.Left) + node.Own;
            node = isBelow ? node.Right : node.Left;
        }

        return sum;
    }

    public IEnumerable<(QueueEntry Entry, long Toll)> InOrder()
    {
        var path = new Stack<Node>();
        for (var node = _root; node is not null || path.Count > 0; node = node.Right)
        {
            for (; node is not null; node = node.Left) path.Push(node);
            node = path.Pop();
            yield return (node.Entry, node.Own.Toll);
        }
    }

    private static RankSum SumOf(Node? node) => node?.Sum ?? default;

    /// <summary>Everything before the key, and the rest.</summary>
    private static (Node? Before, Node? After) Split(Node? node, RankKey key)
    {
        if (node is null) return (null, null);
        if (node.Key.CompareTo(key) < 0)
        {
            (node.Right, var after) = Split(node.Right, key);
            return (node.Added(), after);
        }

        (var before, node.Left) = Split(node.Left, key);
        return (before, node.Added());
    }

    /// <summary>One tree of two, all of <paramref name="before"/> being before all of <paramref name="after"/>.</summary>
    private static Node? Merge(Node? before, Node? after)
    {
        if (before is null || after is null) return before ?? after;
        if (before.Height > after.Height)
        {
            before.Right = Merge(before.Right, after);
            return before.Added();
        }

        after.Left = Merge(before, after.Left);
        return after.Added();
    }

    private static Node? Without(Node? node, RankKey key)
    {
        if (node is null) return null;
        var order = node.Key.CompareTo(key);
        if (order == 0) return Merge(node.Left, node.Right);
        if (order < 0) node.Right = Without(node.Right, key);
        else node.Left = Without(node.Left, key);
        return node.Added();
    }

    private sealed class Node(RankKey key, QueueEntry entry, long toll)
    {
        public RankKey Key => key;

        public QueueEntry Entry => entry;

        public RankSum Own { get; } = new(1, entry.CostSeconds, toll);

        public RankSum Sum { get; private set; } = new(1, entry.CostSeconds, toll);

        /// <summary>The treap's chance: SplitMix64 (Steele, Lea and Flood, 2014) of the arrival number.</summary>
        public ulong Height { get; } = Mixed((ulong)key.Arrival);

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public Node Added()
        {
            Sum = SumOf(Left) + Own + SumOf(Right);
            return this;
        }

        private static ulong Mixed(ulong value)
        {
            value += 0x9e3779b97f4a7c15;
            value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
            value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
            return value ^ (value >> 31);
        }
    }
}
