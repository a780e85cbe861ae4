using Orleans.Runtime;
using OrleansDiffusion.Silo.Starting;

namespace OrleansDiffusion.Silo.Clustering;

/// <summary>What the engine refuses while it is set up becomes one line for the operator.</summary>
internal static class EngineRefusal
{
    /// <exception cref="NodeStartException">The engine of this build cannot do what was asked.</exception>
    public static void Guard(Action setUp)
    {
        try
        {
            setUp();
        }
        catch (OrleansConfigurationException refused)
        {
            throw new NodeStartException(refused.Message, refused);
        }
    }
}
