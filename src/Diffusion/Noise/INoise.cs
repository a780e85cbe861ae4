namespace OrleansDiffusion.Diffusion.Noise;

/// <summary>A seeded stream of unit normal numbers. Its state can be taken out and put back, so that a resumed job draws on.</summary>
public interface INoise
{
    /// <summary>The name that <see cref="NoiseSources"/> knows it by.</summary>
    string Kind { get; }

    /// <summary>
    /// Fills one tensor. The call is the unit of the stream: one call for 32 numbers is not two calls for 16, just as
    /// in the generators that are reproduced here.
    /// </summary>
    void Fill(Span<float> tensor);

    /// <summary>Everything that the next draws depend on.</summary>
    byte[] ExportState();
}
