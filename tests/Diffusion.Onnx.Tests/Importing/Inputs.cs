namespace OrleansDiffusion.Diffusion.Onnx.Tests.Importing;

/// <summary>Numbers for any component of the demo model, the same at every call.</summary>
internal static class Inputs
{
    private const int TextTokens = 32;

    public static IReadOnlyDictionary<string, Tensor> For(string component, IModelSession session, int batch)
    {
        var chance = new Random(5);
        return session.Inputs.ToDictionary(spec => spec.Name, spec => Fill(Tensor.Zeros(spec.Type, Shape(component, spec, batch)), chance));
    }

    /// <summary>Every output, one after the other.</summary>
    public static float[] Run(string component, IModelSession session, int batch)
    {
        var outputs = session.Run(For(component, session, batch), []);
        return [.. session.Outputs.Where(spec => spec.Type == TensorType.Float32).SelectMany(spec => outputs[spec.Name].Floats.ToArray())];
    }

    private static int[] Shape(string component, TensorSpec spec, int batch) =>
        [.. spec.Dimensions.Select((axis, index) => axis > 0 ? axis : index == 0 ? batch : Length(component, spec))];

    private static int Length(string component, TensorSpec spec) =>
        spec.Rank == 4 ? (component == "vae_encoder" ? 64 : 16) : TextTokens;

    private static Tensor Fill(Tensor tensor, Random chance)
    {
        for (var i = 0; i < tensor.Data.Length; i++)
        {
            var number = tensor.Type switch
            {
                TensorType.Float32 => (object)(float)((chance.NextDouble() * 2) - 1),
                TensorType.Float16 => (Half)((chance.NextDouble() * 2) - 1),
                TensorType.Int64 => (long)chance.Next(100),
                _ => chance.Next(100),
            };
            tensor.Data.SetValue(number, i);
        }

        return tensor;
    }
}
