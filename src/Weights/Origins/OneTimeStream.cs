namespace OrleansDiffusion.Weights;

/// <summary>A stream that is only read, forwards, and gives something back when it is disposed.</summary>
internal abstract class OneTimeStream : Stream
{
    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected abstract void End();

    protected override void Dispose(bool disposing)
    {
        if (!_isOver) End();
        _isOver = true;
        base.Dispose(disposing);
    }
}
