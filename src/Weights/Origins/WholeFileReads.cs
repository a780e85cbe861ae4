namespace OrleansDiffusion.Weights;

/// <summary>
/// Ranges of a file whose server gives it only whole: one connection stays open, and what lies further on is read from
/// there. Who goes back begins anew, so ascending order costs one download, and any other costs several.
/// </summary>
internal sealed class WholeFileReads : IDisposable
{
    private const int SkipBufferBytes = 128 << 10;

    private readonly SemaphoreSlim _one = new(1);
    private HttpResponseMessage? _response;
    private Stream? _stream;
    private long _position;

    /// <summary>A stream of the file from there on; the next caller waits until it is disposed.</summary>
    public async Task<Stream> From(long offset, Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_stream is null || _position > offset) await Begin(ask, cancellation);
            var skipped = new byte[SkipBufferBytes];
            while (_position < offset)
            {
                var count = await _stream!.ReadAsync(skipped.AsMemory(0, (int)Math.Min(skipped.Length, offset - _position)), cancellation);
                if (count == 0) throw new EndOfStreamException($"it ends after {_position} bytes.");
                _position += count;
            }

            return new Turn(this);
        }
        catch
        {
            Forget();
            _one.Release();
            throw;
        }
    }

    public void Dispose()
    {
        Forget();
        _one.Dispose();
    }

    private async Task Begin(Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellation)
    {
        Forget();
        _response = await ask(cancellation);
        _stream = await _response.Content.ReadAsStreamAsync(cancellation);
        _position = 0;
    }

    private void Forget()
    {
        _response?.Dispose();
        (_response, _stream) = (null, null);
    }

    private sealed class Turn(WholeFileReads reads) : OneTimeStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var count = await reads._stream!.ReadAsync(buffer, cancellationToken);
                reads._position += count;
                return count;
            }
            catch
            {
                reads.Forget(); // Where it stands is not known.
                throw;
            }
        }

        protected override void End() => reads._one.Release();
    }
}
