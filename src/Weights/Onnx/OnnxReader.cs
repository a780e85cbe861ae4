namespace OrleansDiffusion.Weights;

/// <summary>
/// Walks an ONNX file by the field numbers of onnx.proto3 (onnx/onnx, ModelProto and what it contains). Weights are
/// stepped over; names, shapes, types and places of external data are kept.
/// </summary>
internal sealed class OnnxReader
{
    /// <summary>Graphs within graphs: real ones have three levels, and a broken file must not exhaust the stack.</summary>
    private const int DepthMax = 32;

    private readonly WireReader wire;
    private readonly OnnxGraph graph = new();

    private OnnxReader(Stream stream) => wire = new WireReader(stream);

    /// <exception cref="InvalidDataException">The file is cut short or no ONNX file.</exception>
    public static OnnxGraph Read(Stream stream)
    {
        var reader = new OnnxReader(stream);
        reader.ReadModel();
        return reader.graph;
    }

    private void ReadModel()
    {
        while (wire.Next(wire.Length, out var field, out var type))
        {
            switch (field)
            {
                case 7 when type == WireReader.Delimited:
                    graph.HasGraph = true;
                    ReadGraph(wire.ReadEnd(), depth: 0);
                    break;
                case 8:
                    graph.HasOpset = true;
                    wire.Skip(type);
                    break;
                default:
                    wire.Skip(type);
                    break;
            }
        }
    }

    private void ReadGraph(long end, int depth)
    {
        if (depth > DepthMax) throw new InvalidDataException($"Its graphs are nested more than {DepthMax} deep.");
        while (wire.Next(end, out var field, out var type))
        {
            switch (field)
            {
                case 1 when type == WireReader.Delimited:
                    ReadNode(wire.ReadEnd(), depth);
                    break;
                case 5 when type == WireReader.Delimited:
                    ReadTensor(wire.ReadEnd());
                    break;
                case 11 or 12 when type == WireReader.Delimited && depth == 0:
                    ReadBorder(wire.ReadEnd());
                    break;
                default:
                    wire.Skip(type);
                    break;
            }
        }
    }

    /// <summary>A node's attributes may hold tensors (Constant) and graphs (If, Loop).</summary>
    private void ReadNode(long end, int depth)
    {
        graph.NodeCount++;
        while (wire.Next(end, out var field, out var type))
        {
            if (field == 5 && type == WireReader.Delimited) ReadAttribute(wire.ReadEnd(), depth);
            else wire.Skip(type);
        }
    }

    private void ReadAttribute(long end, int depth)
    {
        while (wire.Next(end, out var field, out var type))
        {
            if (field is 5 or 10 && type == WireReader.Delimited) ReadTensor(wire.ReadEnd());
            else if (field is 6 or 11 && type == WireReader.Delimited) ReadGraph(wire.ReadEnd(), depth + 1);
            else wire.Skip(type);
        }
    }

    private void ReadTensor(long end)
    {
        var tensor = new OnnxTensor();
        while (wire.Next(end, out var field, out var type))
        {
            switch (field)
            {
                case 1 when type == WireReader.Varint:
                    tensor.Dimensions.Add((long)wire.ReadVarint());
                    break;
                case 1 when type == WireReader.Delimited:
                    for (var packedEnd = wire.ReadEnd(); wire.Position < packedEnd;) tensor.Dimensions.Add((long)wire.ReadVarint());
                    break;
                case 2 when type == WireReader.Varint:
                    tensor.Type = (int)wire.ReadVarint();
                    break;
                case 8 when type == WireReader.Delimited:
                    tensor.Name = wire.ReadText();
                    break;
                case 9 when type == WireReader.Delimited:
                    tensor.RawBytes = wire.Skip(type);
                    break;
                case 13 when type == WireReader.Delimited:
                    ReadExternal(wire.ReadEnd(), tensor);
                    break;
                case 14 when type == WireReader.Varint:
                    tensor.IsExternal = wire.ReadVarint() == 1;
                    break;
                default:
                    wire.Skip(type);
                    break;
            }
        }

        graph.Tensors.Add(tensor);
    }

    private void ReadExternal(long end, OnnxTensor tensor)
    {
        var (key, value) = ("", "");
        while (wire.Next(end, out var field, out var type))
        {
            if (field == 1 && type == WireReader.Delimited) key = wire.ReadText();
            else if (field == 2 && type == WireReader.Delimited) value = wire.ReadText();
            else wire.Skip(type);
        }

        tensor.External[key] = value;
    }

    /// <summary>ValueInfoProto.type (2) . tensor_type (1) . elem_type (1).</summary>
    private void ReadBorder(long end)
    {
        while (wire.Next(end, out var field, out var type))
        {
            if (field == 2 && type == WireReader.Delimited) ReadTensorType(wire.ReadEnd());
            else wire.Skip(type);
        }
    }

    private void ReadTensorType(long end)
    {
        while (wire.Next(end, out var field, out var type))
        {
            if (field != 1 || type != WireReader.Delimited) wire.Skip(type);
            else ReadElementType(wire.ReadEnd());
        }
    }

    private void ReadElementType(long end)
    {
        while (wire.Next(end, out var field, out var type))
        {
            if (field == 1 && type == WireReader.Varint) graph.BorderTypes.Add((int)wire.ReadVarint());
            else wire.Skip(type);
        }
    }
}
