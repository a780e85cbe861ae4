using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Weights.Tests;

public sealed class GraphCheckTests : IDisposable
{
    private const string UnetFile = "unet/model.onnx";

    private readonly EmojiFolder _folder = new();

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var model = Model(OnnxFile.Initializer("weight", OnnxFile.Float, [2, 3], new byte[24]));

        for (var length = 0; length < model.Length; length++)
        {
            _folder.Write(UnetFile, model[..length]);
            Assert.Equal(UnetFile, Assert.Single(_folder.Check().Problems).Field);
        }
    }

    [Fact]
    public void A_real_graph_cut_short_says_how_much_is_missing()
    {
        var whole = _folder.Read(UnetFile);
        _folder.Write(UnetFile, whole[..(whole.Length / 2)]);

        Assert.Matches($@"^{UnetFile} \| The file is cut short: it has {whole.Length / 2} bytes and needs at least \d+\.$", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void An_empty_file_says_so()
    {
        _folder.Write(UnetFile, []);

        Assert.Equal($"{UnetFile} | The file is empty.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void Garbage_is_no_graph() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            _folder.Write(UnetFile, bytes);
            return _folder.Check().Problems is [{ Field: UnetFile }];
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Weights_of_the_wrong_length_are_named()
    {
        _folder.Write(UnetFile, Model(
            OnnxFile.Initializer("good", OnnxFile.Float16, [4], new byte[8]), OnnxFile.Initializer("bad", OnnxFile.Float, [2, 3], new byte[20])));

        Assert.Equal(
            $"{UnetFile} | 1 weights have the wrong length; 'bad' has 20 bytes and its shape needs 24.", Assert.Single(_folder.Problems()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void An_impossible_shape_is_refused(int axis)
    {
        _folder.Write(UnetFile, Model(OnnxFile.Initializer("bad", OnnxFile.Float, [axis, axis, axis], [])));

        Assert.Equal($"{UnetFile} | It declares weights with an impossible shape.", Assert.Single(_folder.Problems()));
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("weights/../../vae_decoder/model.onnx")]
    [InlineData("..\\secret.bin")]
    [InlineData("C:secret.bin")]
    [InlineData("")]
    public void External_data_that_leaves_the_folder_is_refused(string location)
    {
        _folder.Write("secret.bin", new byte[24]);
        _folder.Write(UnetFile, Model(OnnxFile.External("weight", OnnxFile.Float, [2, 3], location, 0, 24)));

        Assert.Equal($"{UnetFile} | 1 weights lie in '{location}', which leaves the folder.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void External_data_that_is_missing_is_named_once_with_all_that_it_holds()
    {
        _folder.Write(UnetFile, Model(
            OnnxFile.External("one", OnnxFile.Float, [6], "weights.pb", 0, 24), OnnxFile.External("two", OnnxFile.Float, [6], "weights.pb", 24, 24)));

        Assert.Equal($"unet/weights.pb | The file is missing; it holds 2 weights of {UnetFile}.", Assert.Single(_folder.Problems()));
    }

    [Theory]
    [InlineData(47, false)]
    [InlineData(48, true)]
    public void External_data_must_reach_to_the_last_weight(int fileBytes, bool isSound)
    {
        _folder.Write("unet/deep/weights.pb", new byte[fileBytes]);
        _folder.Write(UnetFile, Model(
            OnnxFile.External("one", OnnxFile.Float, [6], "deep/weights.pb", 24, 24), OnnxFile.External("two", OnnxFile.Float, [6], "deep/weights.pb", 0, 24)));

        string[] expected = isSound ? [] : [$"unet/deep/weights.pb | The file is cut short: it has {fileBytes} bytes and needs 48."];
        Assert.Equal(expected, _folder.Problems());
    }

    [Fact]
    public void External_data_of_the_wrong_length_is_named()
    {
        _folder.Write("unet/weights.pb", new byte[100]);
        _folder.Write(UnetFile, Model(OnnxFile.External("one", OnnxFile.Float, [6], "weights.pb", 0, 28)));

        Assert.Equal($"{UnetFile} | 'one' has 28 bytes of external data and its shape needs 24.", Assert.Single(_folder.Problems()));
    }

    [Theory]
    [InlineData(-24, 24)]
    [InlineData(0, -24)]
    [InlineData(long.MaxValue, 24)]
    public void Places_that_cannot_be_are_refused(long offset, long length)
    {
        _folder.Write("unet/weights.pb", new byte[100]);
        _folder.Write(UnetFile, Model(OnnxFile.External("one", OnnxFile.Float, [6], "weights.pb", offset, length)));

        Assert.Contains($"{UnetFile} | The places of its weights in 'weights.pb' cannot be read.", _folder.Problems());
    }

    [Fact]
    public void Weights_inside_constants_and_loops_count_too()
    {
        var hidden = OnnxFile.External("hidden", OnnxFile.Float, [6], "../secret.bin", 0, 24);
        var constant = OnnxFile.Node("Constant", [], ["c"], OnnxFile.Message((1, "value"), (5, hidden)));
        var loop = OnnxFile.Node("Loop", ["n"], ["y"], OnnxFile.Attribute("body", OnnxFile.Graph([constant], [], [])));
        _folder.Write(UnetFile, OnnxFile.Model(OnnxFile.Graph([loop], [], [])));

        Assert.Contains("leaves the folder", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void Gigabytes_are_judged_without_being_read()
    {
        const long length = 6L << 30;
        using (var sparse = File.OpenWrite(_folder.At("unet/weights.pb"))) sparse.SetLength(length);
        _folder.Write(UnetFile, Model(OnnxFile.External("one", OnnxFile.Float, [1 << 15, 49152], "weights.pb", 0, length)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var report = _folder.Check();

        Assert.Empty(report.Problems);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
        Assert.Equal(length, report.Components.Single(component => component.Component == "unet").StoredBytes);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Model(params byte[][] initializers) => OnnxFile.Model(OnnxFile.Graph(
        [OnnxFile.Node("Identity", ["sample"], ["out_sample"])],
        [OnnxFile.Value("sample", OnnxFile.Float, "n")],
        [OnnxFile.Value("out_sample", OnnxFile.Float, "n")],
        initializers));
}
