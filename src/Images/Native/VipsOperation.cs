using System.Runtime.InteropServices;

namespace OrleansDiffusion.Images;

/// <summary>One call of a libvips operation: set its arguments, run it, take its result.</summary>
internal sealed unsafe class VipsOperation : SafeHandle
{
    /// <param name="name">Such as pngsave_buffer; `vips -l` lists them.</param>
    public VipsOperation(string name) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        SetHandle(VipsNative.NewOperation(name));
        if (IsInvalid) throw new PlatformNotSupportedException($"This build of libvips lacks {name}: {VipsLibrary.TakeErrors()}");
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Image in, image out.</summary>
    public static VipsImage Apply(string name, VipsImage image, string options = "")
    {
        using var operation = new VipsOperation(name);
        operation.SetImage("in", image);
        operation.Run(options);
        return operation.TakeImage("out");
    }

    public void SetImage(string argument, VipsImage image)
    {
        var value = NewValue(VipsNative.ImageType());
        VipsNative.SetObject(ref value, image.DangerousGetHandle());
        Set(argument, ref value);
        GC.KeepAlive(image);
    }

    /// <param name="argument">Its name.</param>
    /// <param name="data">Not copied: fixed in place until every image made of it is gone.</param>
    /// <param name="length">Bytes.</param>
    public void SetBytes(string argument, byte* data, int length)
    {
        var value = NewValue(VipsNative.BlobType());
        VipsNative.SetBlob(ref value, free: 0, data, (nuint)length);
        Set(argument, ref value);
    }

    /// <param name="options">name=value,name=value</param>
    /// <exception cref="FormatException">The operation failed; the message is libvips' reason.</exception>
    public void Run(string options)
    {
        if (VipsNative.SetOptions(handle, options) != 0 || VipsNative.Build(handle) != 0) throw new FormatException(VipsLibrary.TakeErrors());
    }

    public VipsImage TakeImage(string argument)
    {
        var value = Get(argument, VipsNative.ImageType());
        try
        {
            return new VipsImage(VipsNative.TakeObject(ref value));
        }
        finally
        {
            VipsNative.ClearValue(ref value);
        }
    }

    public byte[] TakeBytes(string argument)
    {
        var value = Get(argument, VipsNative.BlobType());
        try
        {
            var data = VipsNative.GetBlob(ref value, out var length);
            return new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        }
        finally
        {
            VipsNative.ClearValue(ref value);
        }
    }

    protected override bool ReleaseHandle()
    {
        // The operation itself holds a reference to each of its outputs.
        VipsNative.ReleaseOutputs(handle);
        VipsNative.Release(handle);
        return true;
    }

    private static VipsNative.Value NewValue(nuint type)
    {
        var value = default(VipsNative.Value);
        VipsNative.InitializeValue(ref value, type);
        return value;
    }

    private void Set(string argument, ref VipsNative.Value value)
    {
        VipsNative.SetProperty(handle, argument, ref value);
        VipsNative.ClearValue(ref value);
    }

    private VipsNative.Value Get(string argument, nuint type)
    {
        var value = NewValue(type);
        VipsNative.GetProperty(handle, argument, ref value);
        return value;
    }
}
