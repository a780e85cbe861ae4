namespace OrleansDiffusion.Jobs;

/// <summary>How near to its devices a silo holds a model's weights; more is nearer.</summary>
public enum WeightsTier
{
    /// <summary>They would have to come from another silo, or from their origin.</summary>
    None,

    /// <summary>Some of them are on its disk.</summary>
    Part,

    /// <summary>All of them are on its disk.</summary>
    Disk,

    /// <summary>And in its memory, for as long as nobody wants the room more.</summary>
    Memory,
}
