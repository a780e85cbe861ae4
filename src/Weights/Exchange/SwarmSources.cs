namespace OrleansDiffusion.Weights;

/// <summary>Where chunks come from, and the buffers that they come through.</summary>
internal sealed record SwarmSources(IWeightsOrigin Origin, IChunkPeers Peers, ChunkBuffers Buffers, TimeProvider Time)
{
    /// <summary>Fetches, verifies and writes one chunk. Never throws.</summary>
    public async Task<Landing> Fly(Attempt attempt, ModelLease lease)
    {
        var cancellation = attempt.Cancel.Token;
        try
        {
            using var buffer = await Buffers.Take(attempt.Chunk.Bytes, cancellation);
            if (!await Read(attempt, buffer.Memory, cancellation)) return new(attempt, Ending.Gone);
            return new(attempt, lease.Put(attempt.Chunk, buffer.Memory.Span) ? Ending.Arrived : Ending.Corrupt);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new(attempt, Ending.Cancelled);
        }
        catch (WeightsException error) when (error.Error is WeightsError.OriginFailed or WeightsError.OriginWrong)
        {
            return new(attempt, Ending.Failed, error);
        }
        catch (IOException error) when (attempt.Peer is not null)
        {
            return new(attempt, Ending.Failed, error);
        }
        catch (Exception error)
        {
            return new(attempt, Ending.Fatal, error);
        }
    }

    private async Task<bool> Read(Attempt attempt, Memory<byte> into, CancellationToken cancellation)
    {
        var chunk = attempt.Chunk;
        if (attempt.Peer is { } peer) return await Peers.Read(peer.Address, chunk, into, cancellation);
        await Origin.Read(chunk.File.Path, chunk.Offset, into, cancellation);
        return true;
    }
}
