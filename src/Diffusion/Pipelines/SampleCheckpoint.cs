using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>A checkpoint cannot be continued here: it is damaged, of another version, or of another job.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A sample between two steps as bytes, little-endian: mark, version, fingerprint of the spec, latent, sampler state, noise
/// state, and a SHA-256 of all that. 30-200 KB for Stable Diffusion at 512 x 512, by the sampler's history.
/// </summary>
internal static class SampleCheckpoint
{
    private const uint Mark = 0x5043444F; // "ODCP"
    private const ushort Version = 1;

    /// <summary>A noise state is a few kilobytes; a damaged length must not ask for gigabytes.</summary>
    private const int NoiseBytesMax = 1 << 20;

    public static byte[] Write(Sample sample)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Mark);
        writer.Write(Version);
        writer.Write(Fingerprint(sample));
        writer.Write(MemoryMarshal.AsBytes<float>(sample.Latent));
        sample.State.Export(writer);
        var noise = sample.Noise.ExportState();
        writer.Write(noise.Length);
        writer.Write(noise);
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>Puts a freshly begun sample of the same spec where the checkpoint was taken.</summary>
    /// <exception cref="CheckpointException">It cannot be continued with this spec.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, Sample sample)
    {
        if (!IsWhole(bytes)) throw new CheckpointException("The checkpoint is damaged: its hash does not match.");
        try
        {
            using var stream = new MemoryStream(bytes[..^SHA256.HashSizeInBytes].ToArray());
            using var reader = new BinaryReader(stream);
            Read(reader, sample);
            if (stream.Position != stream.Length) throw new CheckpointException("The checkpoint holds more than this job's state.");
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException)
        {
            throw new CheckpointException("The checkpoint holds less than this job's state.", error);
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= SHA256.HashSizeInBytes
        && bytes[^SHA256.HashSizeInBytes..].SequenceEqual(SHA256.HashData(bytes[..^SHA256.HashSizeInBytes]));

    private static void Read(BinaryReader reader, Sample sample)
    {
        if (reader.ReadUInt32() != Mark) throw new CheckpointException("These bytes are not a checkpoint.");
        if (reader.ReadUInt16() is var version && version != Version)
        {
            throw new CheckpointException($"The checkpoint has version {version}; this program reads {Version}.");
        }

        if (!reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(Fingerprint(sample)))
        {
            throw new CheckpointException("The checkpoint belongs to another job or model.");
        }

        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(sample.Latent.AsSpan()));
        sample.State.Import(reader);
        var noiseBytes = reader.ReadInt32();
        if (sample.StepsDone < 0 || sample.StepsDone > sample.StepCount || noiseBytes is < 0 or > NoiseBytesMax)
        {
            throw new FormatException("A number is out of range.");
        }

        sample.Noise = NoiseSources.Import(sample.Noise.Kind, reader.ReadBytes(noiseBytes))!;
    }

    /// <summary>What must be equal for the numbers to mean the same.</summary>
    private static byte[] Fingerprint(Sample sample)
    {
        var meaning = new { sample.Spec, sample.SamplerName, sample.Sampler.Timesteps, LatentLength = sample.Latent.Length };
        return SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(meaning)));
    }
}
