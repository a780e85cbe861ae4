using Orleans;
using Orleans.Streams;

namespace OrleansDiffusion.OrleansStandin.Streams;

[GenerateSerializer]
internal sealed class EventToken(long number) : StreamSequenceToken
{
    [Id(0)]
    public override long SequenceNumber { get; protected set; } = number;

    [Id(1)]
    public override int EventIndex { get; protected set; }

    public override bool Equals(StreamSequenceToken? other) =>
        other is not null && SequenceNumber == other.SequenceNumber && EventIndex == other.EventIndex;

    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    public override int GetHashCode() => HashCode.Combine(SequenceNumber, EventIndex);

    public override int CompareTo(StreamSequenceToken? other) => other is null ? 1
        : SequenceNumber != other.SequenceNumber ? SequenceNumber.CompareTo(other.SequenceNumber)
        : EventIndex.CompareTo(other.EventIndex);

    public override string ToString() => $"[{SequenceNumber}:{EventIndex}]";
}
