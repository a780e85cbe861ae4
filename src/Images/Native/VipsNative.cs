using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansDiffusion.Images;

/// <summary>
/// The part of libvips' and GObject's C API that the codec uses; libvips API reference, "VipsOperation", "VipsImage",
/// "VipsForeignSave". Only functions with a fixed list of arguments: variadic ones cannot be called portably.
/// </summary>
internal static unsafe partial class VipsNative
{
    public const string Library = "vips";

    /// <summary>VIPS_FORMAT_UCHAR.</summary>
    public const int ByteFormat = 0;

    public const string LogDomain = "VIPS";

    /// <summary>G_LOG_LEVEL_WARNING, MESSAGE and INFO: what is neither critical nor an error.</summary>
    public const int WarningLevels = (1 << 4) | (1 << 5) | (1 << 6);

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Initialize(string programName);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    public static partial void SetThreadCount(int count);

    [LibraryImport(Library, EntryPoint = "vips_block_untrusted_set")]
    public static partial void BlockUntrusted(int isBlocked);

    [LibraryImport(Library, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint OnLog(string domain, int levels, delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler, nint data);

    /// <returns>What went wrong since the last call, to be freed; the text is taken out of the library's log.</returns>
    [LibraryImport(Library, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint TakeErrors();

    [LibraryImport(Library, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    public static partial void Release(nint instance);

    [LibraryImport(Library, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewOperation(string name);

    [LibraryImport(Library, EntryPoint = "vips_object_set_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetOptions(nint instance, string options);

    [LibraryImport(Library, EntryPoint = "vips_object_build")]
    public static partial int Build(nint instance);

    [LibraryImport(Library, EntryPoint = "vips_object_unref_outputs")]
    public static partial void ReleaseOutputs(nint instance);

    [LibraryImport(Library, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(nint instance, string name, ref Value value);

    [LibraryImport(Library, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GetProperty(nint instance, string name, ref Value value);

    [LibraryImport(Library, EntryPoint = "g_value_init")]
    public static partial nint InitializeValue(ref Value value, nuint type);

    [LibraryImport(Library, EntryPoint = "g_value_unset")]
    public static partial void ClearValue(ref Value value);

    [LibraryImport(Library, EntryPoint = "g_value_set_object")]
    public static partial void SetObject(ref Value value, nint instance);

    /// <returns>A new reference, to be released.</returns>
    [LibraryImport(Library, EntryPoint = "g_value_dup_object")]
    public static partial nint TakeObject(ref Value value);

    /// <param name="value">Initialised with <see cref="BlobType"/>.</param>
    /// <param name="free">Called when the bytes are no longer needed; 0: they are somebody else's.</param>
    /// <param name="data">Not copied.</param>
    /// <param name="length">Bytes.</param>
    [LibraryImport(Library, EntryPoint = "vips_value_set_blob")]
    public static partial void SetBlob(ref Value value, nint free, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_value_get_blob")]
    public static partial byte* GetBlob(ref Value value, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    [LibraryImport(Library, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory_copy")]
    public static partial nint NewImage(byte* pixels, nuint length, int width, int height, int bands, int format);

    /// <returns>All pixels, to be freed; 0 if they could not be computed.</returns>
    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    public static partial nint WritePixels(VipsImage image, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    public static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    public static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_hasalpha")]
    public static partial int HasAlpha(VipsImage image);

    /// <returns>0 if there is no such field.</returns>
    [LibraryImport(Library, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint FieldType(VipsImage image, string field);

    [LibraryImport(Library, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetField(VipsImage image, string field, out byte* data, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_image_set_blob_copy", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetField(VipsImage image, string field, byte* data, nuint length);

    /// <summary>GObject's GValue: a type and two words.</summary>
    public struct Value
    {
        public nuint Type;
        public Words Data;
    }

    [InlineArray(2)]
    public struct Words
    {
        private ulong _first;
    }
}
