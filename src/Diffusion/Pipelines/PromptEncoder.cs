using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>
/// Tokenizer and CLIP text encoder. Prompts are encoded one at a time, never in a batch, so that a prompt's numbers do
/// not depend on its neighbours; the last few are kept, since a job's pictures share them and the empty negative is everybody's.
/// </summary>
public sealed class PromptEncoder
{
    private const int KeptCountMax = 32;

    private readonly ClipTokenizer _tokenizer;
    private readonly IModelSession _session;
    private readonly TensorSpec _ids, _states;
    private readonly TensorSpec? _mask;
    private readonly LinkedList<(string Prompt, PromptEmbedding Embedding)> _kept = new();

    /// <exception cref="InferenceException">The graph is no text encoder of this kind.</exception>
    public PromptEncoder(ClipTokenizer tokenizer, IModelSession session)
    {
        (_tokenizer, _session) = (tokenizer, session);
        _ids = session.Inputs.FirstOrDefault(input => input.Name == "input_ids")
            ?? throw new InferenceException($"The text encoder takes {Names(session.Inputs)}, but no input_ids.");
        _mask = session.Inputs.FirstOrDefault(input => input.Name == "attention_mask");
        if (session.Inputs.Count > (_mask is null ? 1 : 2))
        {
            throw new InferenceException($"The text encoder takes {Names(session.Inputs)}, which cannot all be given.");
        }

        // Only the last layer will do; a graph with other names gives it as its one output of rank 3.
        _states = session.Outputs.FirstOrDefault(output => output.Name == "last_hidden_state")
            ?? session.Outputs.FirstOrDefault(output => output.Rank == 3)
            ?? throw new InferenceException($"The text encoder gives {Names(session.Outputs)}, but no last_hidden_state.");
    }

    /// <summary>What the limit on tokens makes of a prompt, without running anything.</summary>
    public TokenizedPrompt Tokenize(string prompt) => _tokenizer.Encode(prompt);

    /// <exception cref="InferenceException">The runtime refused or failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while running.</exception>
    internal PromptEmbedding Encode(string prompt, CancellationToken cancellation)
    {
        for (var node = _kept.First; node is not null; node = node.Next)
        {
            if (node.Value.Prompt != prompt) continue;
            _kept.Remove(node);
            _kept.AddFirst(node);
            return node.Value.Embedding;
        }

        var embedding = Run(_tokenizer.Encode(prompt), cancellation);
        _kept.AddFirst((prompt, embedding));
        if (_kept.Count > KeptCountMax) _kept.RemoveLast();
        return embedding;
    }

    private PromptEmbedding Run(TokenizedPrompt tokens, CancellationToken cancellation)
    {
        var inputs = new Dictionary<string, Tensor> { [_ids.Name] = Whole(_ids.Type, tokens.Ids) };
        if (_mask is not null) inputs[_mask.Name] = Whole(_mask.Type, [.. Enumerable.Repeat(1, tokens.Ids.Count)]);

        var states = _session.Run(inputs, [_states.Name], cancellation)[_states.Name];
        var view = new FloatView(states);
        view.Pull();
        return new PromptEmbedding(tokens, view.Row(0).ToArray(), tokens.Ids.Count);
    }

    private static Tensor Whole(TensorType type, IReadOnlyList<int> numbers)
    {
        var tensor = Tensor.Zeros(type, 1, numbers.Count);
        for (var index = 0; index < numbers.Count; index++)
        {
            if (type == TensorType.Int64) tensor.As<long>()[index] = numbers[index];
            else if (type == TensorType.Int32) tensor.As<int>()[index] = numbers[index];
            else throw new InferenceException($"The text encoder wants tokens as {type}.");
        }

        return tensor;
    }

    private static string Names(IEnumerable<TensorSpec> specs) => string.Join(", ", specs.Select(spec => spec.Name));
}
