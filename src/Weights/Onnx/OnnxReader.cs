namespace OrleansDiffusion.Weights;

/// <summary>
/// Walks an ONNX file by the field numbers of onnx.proto3 (onnx/onnx, ModelProto and what it contains). Weights are
/// stepped over; names, shapes, types and places of external data are kept.
/// </summary>
internal sealed class OnnxReader
{
    /// <summary>Graphs within graphs: real ones have three levels, and a broken file must not exhaust the stack.</summary>
    private const int DepthMax = 32;

    private readonly WireReader _wire;
    private readonly OnnxGraph _graph = new();

    private OnnxReader(Stream stream) => _wire = new WireReader(stream);

    /// <exception cref="InvalidDataException">The file is cut short or no ONNX file.</exception>
    public static OnnxGraph Read(Stream stream)
    {
        var reader = new OnnxReader(stream);
        reader.ReadModel();
        return reader._graph;
    }

    private void ReadModel()
    {
        while (_wire.Next(_wire.Length, out var field, out var type))
        {
            switch (field)
            {
                case 7 when type == WireReader.Delimited:
                    _graph.HasGraph = true;
                    ReadGraph(_wire.ReadEnd(), depth: 0);
                    break;
                case 8:
                    _graph.HasOpset = true;
                    _wire.Skip(type);
                    break;
                default:
                    _wire.Skip(type);
                    break;
            }
        }
    }

    private void ReadGraph(long end, int depth)
    {
        if (depth > DepthMax) throw new InvalidDataException($"Its graphs are nested more than {DepthMax} deep.");
        while (_wire.Next(end, out var field, out var type))
        {
            switch (field)
            {
                case 1 when type == WireReader.Delimited:
                    ReadNode(_wire.ReadEnd(), depth);
                    break;
                case 5 when type == WireReader.Delimited:
                    ReadTensor(_wire.ReadEnd(), isInitializer: depth == 0);
                    break;
                case 11 or 12 when type == WireReader.Delimited && depth == 0:
                    ReadBorder(_wire.ReadEnd());
                    break;
                default:
                    _wire.Skip(type);
                    break;
            }
        }
    }

    /// <summary>A node's attributes may hold tensors (Constant) and graphs (If, Loop).</summary>
    private void ReadNode(long end, int depth)
    {
        _graph.NodeCount++;
        while (_wire.Next(end, out var field, out var type))
        {
            if (field == 5 && type == WireReader.Delimited) ReadAttribute(_wire.ReadEnd(), depth);
            else _wire.Skip(type);
        }
    }

    private void ReadAttribute(long end, int depth)
    {
        while (_wire.Next(end, out var field, out var type))
        {
            if (field is 5 or 10 && type == WireReader.Delimited) ReadTensor(_wire.ReadEnd(), isInitializer: false);
            else if (field is 6 or 11 && type == WireReader.Delimited) ReadGraph(_wire.ReadEnd(), depth + 1);
            else _wire.Skip(type);
        }
    }

    private void ReadTensor(long end, bool isInitializer)
    {
        var tensor = new OnnxTensor { IsInitializer = isInitializer };
        while (_wire.Next(end, out var field, out var type))
        {
            switch (field)
            {
                case 1 when type == WireReader.Varint:
                    tensor.Dimensions.Add((long)_wire.ReadVarint());
                    break;
                case 1 when type == WireReader.Delimited:
                    for (var packedEnd = _wire.ReadEnd(); _wire.Position < packedEnd;) tensor.Dimensions.Add((long)_wire.ReadVarint());
                    break;
                case 2 when type == WireReader.Varint:
                    tensor.Type = (int)_wire.ReadVarint();
                    break;
                case 8 when type == WireReader.Delimited:
                    tensor.Name = _wire.ReadText();
                    break;
                case 9 when type == WireReader.Delimited:
                    tensor.RawBytes = _wire.Skip(type);
                    break;
                case 13 when type == WireReader.Delimited:
                    ReadExternal(_wire.ReadEnd(), tensor);
                    break;
                case 14 when type == WireReader.Varint:
                    tensor.IsExternal = _wire.ReadVarint() == 1;
                    break;
                default:
                    _wire.Skip(type);
                    break;
            }
        }

        _graph.Tensors.Add(tensor);
    }

    private void ReadExternal(long end, OnnxTensor tensor)
    {
        var (key, value) = ("", "");
        while (_wire.Next(end, out var field, out var type))
        {
            if (field == 1 && type == WireReader.Delimited) key = _wire.ReadText();
            else if (field == 2 && type == WireReader.Delimited) value = _wire.ReadText();
            else _wire.Skip(type);
        }

        tensor.External[key] = value;
    }

    /// <summary>ValueInfoProto.type (2) . tensor_type (1) . elem_type (1).</summary>
    private void ReadBorder(long end)
    {
        while (_wire.Next(end, out var field, out var type))
        {
            if (field == 2 && type == WireReader.Delimited) ReadTensorType(_wire.ReadEnd());
            else _wire.Skip(type);
        }
    }

    private void ReadTensorType(long end)
    {
        while (_wire.Next(end, out var field, out var type))
        {
            if (field != 1 || type != WireReader.Delimited) _wire.Skip(type);
            else ReadElementType(_wire.ReadEnd());
        }
    }

    private void ReadElementType(long end)
    {
        while (_wire.Next(end, out var field, out var type))
        {
            if (field == 1 && type == WireReader.Varint) _graph.BorderTypes.Add((int)_wire.ReadVarint());
            else _wire.Skip(type);
        }
    }
}
