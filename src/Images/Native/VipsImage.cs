using System.Runtime.InteropServices;

namespace OrleansDiffusion.Images;

/// <summary>The one owner of a native image. Most images are recipes: pixels are computed when they are written.</summary>
internal sealed unsafe class VipsImage : SafeHandle
{
    /// <param name="image">A reference that passes to this object.</param>
    public VipsImage(nint image) : base(invalidHandleValue: 0, ownsHandle: true) => SetHandle(image);

    public override bool IsInvalid => handle == 0;

    public int Width => VipsNative.Width(this);

    public int Height => VipsNative.Height(this);

    public int BandCount => VipsNative.Bands(this);

    public bool HasAlpha => VipsNative.HasAlpha(this) != 0;

    /// <param name="rgb">byte[height*width*3], copied.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static VipsImage FromRgb(ReadOnlySpan<byte> rgb, int width, int height)
    {
        fixed (byte* pixels = rgb)
        {
            var image = VipsNative.NewImage(pixels, (nuint)rgb.Length, width, height, RgbBandCount, VipsNative.ByteFormat);
            return image != 0 ? new VipsImage(image) : throw new FormatException(VipsLibrary.TakeErrors());
        }
    }

    /// <summary>Computes all pixels.</summary>
    /// <returns>byte[height*width*bands], row-major.</returns>
    /// <exception cref="FormatException">The file behind the image is broken; the message is libvips' reason.</exception>
    public byte[] ToPixels()
    {
        var pixels = VipsNative.WritePixels(this, out var length);
        if (pixels == 0) throw new FormatException(VipsLibrary.TakeErrors());
        try
        {
            return new ReadOnlySpan<byte>((byte*)pixels, checked((int)length)).ToArray();
        }
        finally
        {
            VipsNative.Free(pixels);
        }
    }

    /// <summary>Bytes that travel with the pixels, such as an XMP packet.</summary>
    public void SetField(string name, ReadOnlySpan<byte> value)
    {
        fixed (byte* data = value) VipsNative.SetField(this, name, data, (nuint)value.Length);
    }

    public byte[]? FindField(string name)
    {
        if (VipsNative.FieldType(this, name) == 0 || VipsNative.GetField(this, name, out var data, out var length) != 0) return null;
        return new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
    }

    protected override bool ReleaseHandle()
    {
        VipsNative.Release(handle);
        return true;
    }

    private const int RgbBandCount = 3;
}
