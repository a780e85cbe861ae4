using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>Turns pixels into files that say how they were made, and keeps them.</summary>
internal sealed class PictureStore(IPictureEncoder encoder, IArtifactStore artifacts)
{
    /// <exception cref="StorageException">The disk is full or not writable.</exception>
    public async Task<ArtifactRef> Put(RgbImage image, GenerationSpec spec, int imageIndex)
    {
        // Not back to the grain's turns between the two: nothing of it is touched here, and a turn may have to be waited for.
        var file = await encoder.Encode(image, FormatOf(spec.Format), spec.QualityPercent, Infotext.Of(spec, imageIndex)).ConfigureAwait(false);
        var id = await artifacts.Put(file, CancellationToken.None).ConfigureAwait(false);
        DiffusionMeter.PictureStored(spec.Model);
        return new(id, imageIndex, spec.ContentType, file.Length, image.Width, image.Height, spec.SeedOf(imageIndex));
    }

    /// <summary>Small and without parameters: it is seen for a moment.</summary>
    public Task<byte[]> Preview(RgbImage image) => encoder.Encode(image, ImageFormat.Png, 100, parameters: null);

    private static ImageFormat FormatOf(string format) => format switch
    {
        "jpeg" => ImageFormat.Jpeg,
        "webp" => ImageFormat.Webp,
        _ => ImageFormat.Png,
    };
}
