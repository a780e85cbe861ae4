using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>The notice board of one import as a mailbox.</summary>
internal sealed class ImportsGrain(Members members, TimeProvider time) : Grain, IImportsGrain
{
    private readonly ImportBoard _board = new(members.IsDead);

    public Task Offer(ImportOffer offer)
    {
        _board.Offer(offer, time.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task<ImportOffer[]> Find() => Task.FromResult(_board.Find(time.GetUtcNow()));

    public Task<bool> Claim(string siloId) => Task.FromResult(_board.Claim(siloId, time.GetUtcNow()));

    public Task Leave(string siloId)
    {
        _board.Leave(siloId);
        return Task.CompletedTask;
    }
}
