using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using OrleansDiffusion.Diffusion.Onnx.Format;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// The weights of a graph that is being widened, one after the other into one file beside it, block by block: a graph in 32
/// bits may be larger than a protobuf file can be, and its weights larger than memory.
/// </summary>
internal sealed class WideWeights : IDisposable
{
    private const int BlockBytes = 1 << 20;
    private const int PageBytes = 4096;

    private readonly string _sourceFolder;
    private readonly Dictionary<string, ExternalWeight> _places;
    private readonly string _location;
    private readonly FileStream _file;
    private readonly byte[] _block = new byte[BlockBytes];
    private readonly byte[] _wide = new byte[BlockBytes * 2];

    /// <param name="graphPath">The graph as it was, with its external data beside it.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="InvalidDataException">The graph's weights cannot be where it says.</exception>
    public WideWeights(string graphPath, string path)
    {
        using (var graph = File.OpenRead(graphPath)) _places = ExternalWeights.Read(graph).DistinctBy(weight => weight.Name).ToDictionary(weight => weight.Name);
        (_sourceFolder, _location) = (Path.GetDirectoryName(graphPath)!, Path.GetFileName(path));
        _file = File.Create(path);
    }

    /// <summary>Makes 32 bits of 16; what lay outside goes to the new file too, since it is beside the old graph.</summary>
    /// <param name="tensor">Changed in place; null: nothing to do.</param>
    /// <param name="mayLieOutside">Whether the runtime would look for it in a file: initializers of the outermost graph.</param>
    public void Widen(TensorProto? tensor, bool mayLieOutside)
    {
        if (tensor is null) return;
        var isHalf = HalfTypes.IsHalf(tensor.DataType);
        var isExternal = tensor.DataLocation == TensorProto.Types.DataLocation.External;
        if (!isHalf && !isExternal) return;
        if (mayLieOutside && BytesOf(tensor) >= SessionSettings.OutsideBytesMin) MoveOutside(tensor);
        else MoveInside(tensor);
        if (isHalf) tensor.DataType = HalfTypes.Float;
        tensor.Int32Data.Clear();
    }

    public void Dispose() => _file.Dispose();

    private long BytesOf(TensorProto tensor) =>
        tensor.DataLocation == TensorProto.Types.DataLocation.External ? PlaceOf(tensor).Bytes
        : tensor.HasRawData ? tensor.RawData.Length
        : (long)tensor.Int32Data.Count * sizeof(ushort);

    private ExternalWeight PlaceOf(TensorProto tensor) =>
        _places.GetValueOrDefault(tensor.Name) ?? throw new InvalidDataException($"'{tensor.Name}' lies in a file and is no weight of the graph.");

    private void MoveOutside(TensorProto tensor)
    {
        _file.Position = (_file.Position + PageBytes - 1) / PageBytes * PageBytes;
        var start = _file.Position;
        Copy(tensor, _file);
        tensor.ClearRawData();
        tensor.ExternalData.Clear();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = _location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{start}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{_file.Position - start}" });
    }

    private void MoveInside(TensorProto tensor)
    {
        using var inside = new MemoryStream();
        Copy(tensor, inside);
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
        tensor.RawData = ByteString.CopyFrom(inside.GetBuffer().AsSpan(0, (int)inside.Length));
    }

    private void Copy(TensorProto tensor, Stream target)
    {
        foreach (var block in Blocks(tensor))
            target.Write(HalfTypes.IsHalf(tensor.DataType) ? Wide(block.Span, tensor.DataType) : block.Span);
    }

    /// <summary>The tensor's bytes as they are; each block is good until the next is asked for.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> Blocks(TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External) return FileBlocks(PlaceOf(tensor));
        return Slices(tensor.HasRawData ? tensor.RawData.Memory : Packed(tensor.Int32Data));
    }

    private IEnumerable<ReadOnlyMemory<byte>> FileBlocks(ExternalWeight place)
    {
        using var file = File.OpenHandle(Path.Combine(_sourceFolder, place.Location));
        for (var done = 0L; done < place.Bytes;)
        {
            var read = RandomAccess.Read(file, _block.AsSpan(0, (int)Math.Min(BlockBytes, place.Bytes - done)), place.Offset + done);
            if (read % sizeof(ushort) != 0 || read == 0) throw new InvalidDataException($"The file {place.Location} ends within '{place.Name}'.");
            done += read;
            yield return _block.AsMemory(0, read);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Slices(ReadOnlyMemory<byte> bytes)
    {
        for (var done = 0; done < bytes.Length; done += BlockBytes) yield return bytes.Slice(done, Math.Min(BlockBytes, bytes.Length - done));
    }

    /// <summary>16 bits of each number: how protobuf's own list holds them.</summary>
    private static byte[] Packed(RepeatedField<int> numbers)
    {
        var bytes = new byte[numbers.Count * sizeof(ushort)];
        for (var i = 0; i < numbers.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), (ushort)numbers[i]);
        return bytes;
    }

    private ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> bytes, int type)
    {
        var wide = MemoryMarshal.Cast<byte, float>(_wide.AsSpan(0, bytes.Length * 2));
        var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        if (type == HalfTypes.Half) for (var i = 0; i < halves.Length; i++) wide[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
        else for (var i = 0; i < halves.Length; i++) wide[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        return MemoryMarshal.AsBytes(wide);
    }
}
